"use strict";

/* What the page was made from, for the browser's console. */
async function rawData() {
    const data = JSON.parse(document.getElementById("data").textContent);
    if (data.samples !== null) {
        const packed = Uint8Array.from(atob(data.samples), (letter) => letter.charCodeAt(0));
        const lines = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
        data.samples = await new Response(lines).json();
    }
    return data;
}

/* A link to what is folded away unfolds it. */
function unfoldTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let fold = target; fold; fold = fold.parentElement)
        if (fold.localName === "details") fold.open = true;
    if (target) target.scrollIntoView();
}

/* Paper has nothing to click on. */
let unfoldedForPrint = [];

function unfoldAll() {
    unfoldedForPrint = [...document.querySelectorAll("details:not([open])")];
    for (const fold of unfoldedForPrint) fold.open = true;
}

function foldAgain() {
    for (const fold of unfoldedForPrint) fold.open = false;
}

addEventListener("hashchange", unfoldTarget);
addEventListener("DOMContentLoaded", unfoldTarget);
addEventListener("beforeprint", unfoldAll);
addEventListener("afterprint", foldAgain);
