"""The page of `danetka serve`: plain files, no build step, nothing from any other host.

`index.html` stands at /, the rest at /static/NAME. Every text of the page is in `texts.js`, in both
languages; `index.html` names them (`data-text`). The modules: `page.js` holds the state and the
form, `show.js` draws answers, `upload.js` is the part for files, `talk.js` speaks with the server,
`token.js` asks for its token, `rows.js` reads CSV and JSON lines, `examples.js` has the examples to
click.

All of it works under ``Content-Security-Policy: default-src 'self'``: no script or style within the
HTML, and what the server or a reader wrote is only ever set as text.
"""
