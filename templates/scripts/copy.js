// Gives every snippet a button that copies it. Without this script the text can be selected as always.

function withButton(figure) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "small quiet";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(figure.querySelector("code").textContent);
      button.textContent = "Copied";
    } catch {
      // No permission: select it, so that the keyboard can copy.
      getSelection().selectAllChildren(figure.querySelector("code"));
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  figure.querySelector("figcaption").append(button);
}

document.querySelectorAll(".snippet").forEach(withButton);
