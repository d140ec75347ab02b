// The main page: widgets are folded, removed, restored and moved by plain forms; htmx brings the board
// back in place, this module keeps the reader's place in it and adds dragging.
import { announce } from "./common/announce.js";
import { toast } from "./common/toast.js";

const BOARD = "board";
let lastAct = null;

const board = () => document.getElementById(BOARD);
const widgets = () => [...board().querySelectorAll("[data-widget]")];

function remember(event) {
  const button = event.detail.requestConfig.triggeringEvent?.submitter;
  const form = event.detail.elt;
  if (!form.hasAttribute("data-widget-form")) return;
  lastAct = { code: form.dataset.widgetForm, action: button?.value };
}

function keepPlace() {
  if (!lastAct) return;
  const { code, action } = lastAct;
  const widget = board().querySelector(`[data-widget="${code}"]`);
  lastAct = null;
  if (action === "remove") board().querySelector(`[data-widget-form="${code}"] button`)?.focus();
  else if (action === "restore") widget?.querySelector("h2").focus();
  else if (action === "up" || action === "down") keepMoving(widget, action);
  else foldButton(widget)?.focus();
}

// On narrow screens «Скрыть» lies in the menu: closed, its handle takes the place.
function foldButton(widget) {
  const places = widget?.querySelectorAll('[value="fold"], [value="unfold"], summary') ?? [];
  return [...places].find((place) => place.checkVisibility());
}

// The menu stays open, so that the next press moves the widget further.
function keepMoving(widget, action) {
  const menu = widget.querySelector("details");
  menu.open = true;
  (menu.querySelector(`[value="${action}"]:not(:disabled)`) ?? menu.querySelector("summary")).focus();
  sayPlace(widget);
}

function sayPlace(widget) {
  const place = widgets().indexOf(widget) + 1;
  announce(`${widget.querySelector("h2").textContent.trim()}: место ${place} из ${widgets().length}`);
}

async function sendOrder() {
  const body = new URLSearchParams(widgets().map((widget) => ["order", widget.dataset.widget]));
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const answer = await fetch(board().dataset.orderUrl, { method: "POST", body, headers }).catch(() => null);
  if (!answer?.ok) toast("Порядок виджетов не сохранён. Повторите попытку.", "bad");
}

// The ends of the board moved: who may still go up or down is not what the server wrote.
function mendEnds() {
  const all = widgets();
  all.forEach((widget, place) => {
    widget.querySelector('[value="up"]').disabled = place === 0;
    widget.querySelector('[value="down"]').disabled = place === all.length - 1;
  });
}

// Sortable comes only to those who reach for the grip.
async function makeSortable(event) {
  const grid = event.target.closest?.("[data-grip]")?.closest("[data-sortable]");
  if (!grid || grid.dataset.sortable === "on") return;
  grid.dataset.sortable = "on";
  const { default: Sortable } = await import("sortablejs/modular/sortable.core.esm.js");
  Sortable.create(grid, {
    handle: "[data-grip]",
    draggable: "[data-widget]",
    animation: 150,
    ghostClass: "widget--ghost",
    onEnd: ({ item }) => {
      mendEnds();
      sayPlace(item);
      sendOrder();
    },
  });
}

if (board()) {
  document.addEventListener("htmx:beforeRequest", remember);
  document.addEventListener("htmx:afterSettle", keepPlace);
  document.addEventListener("pointerover", makeSortable);
}
