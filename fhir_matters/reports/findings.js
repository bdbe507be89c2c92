"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const items = [...document.querySelectorAll("li[data-rule]")];
  const articles = [...document.querySelectorAll("article")];
  const said = form.querySelector("output");
  const apply = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value !== "");
    let shown = 0;
    for (const item of items) {
      item.hidden = !wanted.every(([name, value]) => item.dataset[name] === value);
      shown += !item.hidden;
    }
    for (const article of articles) {
      article.hidden = wanted.length > 0 && !article.querySelector("li[data-rule]:not([hidden])");
    }
    said.textContent = `${shown} of ${items.length} findings shown`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
