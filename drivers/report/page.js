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

/* ---- tables: a button in each heading sorts, boxes above a kernel's tables leave models out ---- */

const units = {ns: 1e-9, us: 1e-6, ms: 1e-3, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40};

/* What a row is sorted by in that column: the first number there, in its unit; else NaN. */
function numberOf(row, column) {
    const text = row.cells[column]?.textContent ?? "";
    const found = /^(\d[\d\s]*(?:\.\d+)?(?:e[-+]?\d+)?)\W*([A-Za-z]*)/.exec(text);
    return found ? Number(found[1].replace(/\s/g, "")) * (units[found[2]] ?? 1) : NaN;
}

function labelOf(row) {
    return row.cells[0].textContent.replace(/ !$/, "");
}

/* Whatever the direction, what is no number comes last. */
function compare(one, other, column, direction) {
    if (column === 0) return direction * labelOf(one).localeCompare(labelOf(other));
    const left = numberOf(one, column), right = numberOf(other, column);
    if (isNaN(left) || isNaN(right)) return isNaN(left) - isNaN(right);
    return direction * (left - right);
}

/* A line above each row whose model is not that of the one before, where models stand together. */
function groupRows(table) {
    const sorted = table.querySelector("[aria-sort]");
    let last = null;
    for (const row of table.tBodies[0].rows) {
        if (row.hidden) continue;
        row.classList.toggle("group", last !== null && labelOf(row) !== last &&
            (!sorted || sorted.cellIndex === 0));
        last = labelOf(row);
    }
}

function makeSortable(table) {
    const rows = [...table.tBodies[0].rows];
    for (const heading of table.tHead.rows[0].cells) {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...heading.childNodes);
        heading.append(button);
        button.addEventListener("click", () => {
            const next = {ascending: "descending", descending: null}[heading.getAttribute("aria-sort")];
            for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
            const order = next === undefined ? "ascending" : next;
            if (order) heading.setAttribute("aria-sort", order);
            const direction = order === "descending" ? -1 : 1;
            table.tBodies[0].append(...(order ? rows.toSorted((one, other) =>
                compare(one, other, heading.cellIndex, direction)) : rows));
            groupRows(table);
        });
    }
}

function makeFilter(section, tables) {
    const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
    const labels = new Set(rows.map(labelOf));
    if (labels.size < 2) return;
    const filter = document.createElement("fieldset"), legend = document.createElement("legend");
    legend.textContent = "Tables show only";
    filter.className = "filter";
    filter.append(legend);
    for (const label of labels) {
        const words = document.createElement("label"), box = document.createElement("input");
        box.type = "checkbox";
        box.value = label;
        words.append(box, label);
        filter.append(words);
    }
    filter.addEventListener("change", () => {
        const wanted = [...filter.querySelectorAll(":checked")].map((box) => box.value);
        for (const row of rows)
            row.hidden = wanted.length > 0 && !wanted.includes(labelOf(row));
        tables.forEach(groupRows);
    });
    section.querySelector("details").before(filter);
}

function setUpTables() {
    for (const section of document.querySelectorAll("main > section")) {
        const tables = [...section.querySelectorAll("details table")];
        tables.forEach(makeSortable);
        if (tables.length > 0) makeFilter(section, tables);
    }
}

addEventListener("DOMContentLoaded", setUpTables);
addEventListener("hashchange", unfoldTarget);
addEventListener("DOMContentLoaded", unfoldTarget);
addEventListener("beforeprint", unfoldAll);
addEventListener("afterprint", foldAgain);
