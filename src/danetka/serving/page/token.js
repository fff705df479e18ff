// The dialog that asks for the server's token.

const dialog = document.getElementById("token-dialog");
const field = document.getElementById("token");

/**
 * Ask for the token.
 *
 * @param {string} told what was wrong with the last one, or nothing
 * @returns {Promise<string|null>} null where none is given
 */
export function askForToken(told) {
  field.value = "";
  document.getElementById("token-error").textContent = told;
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((done) => {
    const closed = () => done(dialog.returnValue === "ok" ? field.value.trim() : null);
    dialog.addEventListener("close", closed, { once: true });
  });
}

document.getElementById("token-cancel").addEventListener("click", () => dialog.close());
