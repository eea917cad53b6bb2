// Counts what is typed into <input data-most="60"> as readers see it: a letter with its accents or a family of emoji is
// one character, what nobody sees is none. It never keeps anybody from typing on.

const words = document.getElementById("count-words")?.content;
const segments = new Intl.Segmenter(document.documentElement.lang, { granularity: "grapheme" });
const UNSEEN = /^[\p{Default_Ignorable_Code_Point}\p{Cc}]+$/u;

function seen(text) {
  let count = 0;
  for (const { segment } of segments.segment(text.trim())) if (!UNSEEN.test(segment)) count += 1;
  return count;
}

for (const field of document.querySelectorAll("[data-most]")) {
  if (!words) break;
  const most = Number(field.dataset.most);
  const line = document.createElement("span");
  line.className = "field__count";
  line.id = `${field.id}-count`;
  // Beside the sentence about search engines, where there is one.
  (document.getElementById(`${field.id}_helptext`) ?? field.parentElement).append(" ", line);

  const say = () => {
    const count = seen(field.value);
    const sentence = words.querySelector(`[data-word=${count > most ? "over" : "count"}]`).textContent;
    line.textContent = count ? sentence.replace("{count}", count) : "";
    line.classList.toggle("field__count--over", count > most);
  };
  field.addEventListener("input", say);
  say();
}
