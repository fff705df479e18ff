addEventListener("beforeprint", () => document.querySelectorAll("main details").forEach((d) => (d.open = true)));
document.querySelector(".contents-narrow").addEventListener("click", (e) => {
  if (e.target.tagName === "A") e.currentTarget.open = false;
});
