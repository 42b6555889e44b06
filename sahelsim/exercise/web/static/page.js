// Keeps a page up to date and what was typed safe. Without it the page still works.
"use strict";
(() => {
  const body = document.body;
  const $ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const say = (text) => { const said = byId("said"); if (said) said.textContent = text; };

  // ---- drafts: what is typed survives a reload -------------------------------------------------
  const draftKey = (field) => "draft:" + location.pathname + ":" + body.dataset.own + ":" + field.id;
  const kept = (field) => field.id && !["hidden", "password", "checkbox"].includes(field.type)
    && field.form && field.form.dataset.send;
  document.addEventListener("input", (event) => {
    if (kept(event.target)) sessionStorage.setItem(draftKey(event.target), event.target.value);
    price(event.target.form);
  });
  const restore = (from) => {
    for (const field of $("input, select, textarea", from)) {
      const draft = kept(field) ? sessionStorage.getItem(draftKey(field)) : null;
      if (draft !== null && field.value !== draft) field.value = draft;
    }
    for (const form of $("form[data-card]", from)) price(form);
    for (const dial of $(".dial", from)) slider(dial);
    for (const reply of $(".reply", from)) reply.hidden = false;
  };
  function slider(dial) {
    const number = dial.querySelector("input[type=number]");
    if (dial.querySelector("input[type=range]")) return;
    const range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, step: 5, value: number.value || 50 });
    range.setAttribute("aria-label", number.labels[0] ? number.labels[0].textContent.trim() : "");
    range.addEventListener("input", () => {
      number.value = range.value;
      number.dispatchEvent(new Event("input", { bubbles: true }));
    });
    number.addEventListener("input", () => { range.value = number.value; });
    dial.prepend(range);
  }
  document.addEventListener("click", (event) => {
    const thread = event.target.classList.contains("reply") && event.target.closest(".thread");
    const form = document.querySelector(".compose");
    if (!thread || !form) return;
    const to = thread.dataset.to.split(" ");
    for (const box of $("input[name=to]", form)) box.checked = to.includes(box.value);
    form.querySelector("textarea").focus();
  });
  const forget = (form) => {
    for (const field of $("input, select, textarea", form)) {
      if (!kept(field)) continue;
      sessionStorage.removeItem(draftKey(field));
      if (field.tagName === "SELECT") field.selectedIndex = 0; else field.value = field.defaultValue;
      if (field.tagName === "TEXTAREA") field.value = "";
    }
    price(form);
  };

  // ---- live cost -------------------------------------------------------------------------------
  function price(form) {
    const total = form && form.querySelector(".total");
    if (!total) return;
    const parts = [];
    for (const line of $("[data-cost]", form)) {
      const per = line.dataset.per;
      const field = per ? form.elements["arg." + per] : null;
      const amount = Number(line.dataset.each) * (field ? Number(field.value) : 1);
      const box = document.querySelector(`.budget[data-line="${line.dataset.cost}"]`);
      const short = box && amount > Number(box.dataset.left) + 1e-9;
      const name = box ? box.querySelector("label").textContent : line.dataset.cost;
      parts.push(`${Number(amount.toFixed(2))} ${name}` + (short ? ` (${total.dataset.short})` : ""));
    }
    total.textContent = parts.length ? `${total.dataset.says} ${parts.join(", ")}` : total.dataset.free;
  }

  // ---- fetch the page again, and take over what changed ----------------------------------------
  // A part is what the server wrote, but for what is new in every copy; forms that somebody may be
  // filling in say themselves (data-kept) when they are another one.
  const source = (part) => part.dataset.kept ?? part.outerHTML
    .replace(/value="[0-9a-f]{16,}[a-z0-9_]*"/g, "").replace(/data-now="[0-9.]*"/g, "");
  const sources = new Map($("[data-live]").map((part) => [part.id, source(part)]));
  let version = body.dataset.version;
  let fetching = false, again = false;
  async function refresh() {
    if (fetching) { again = true; return; }
    fetching = true;
    try {
      const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
      if (answer.redirected && new URL(answer.url).pathname !== location.pathname) {
        location.assign(answer.url);
        return;
      }
      if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the stream comes back and asks again */ }
    fetching = false;
    if (again) { again = false; refresh(); }
  }
  function take(fresh) {
    version = fresh.body.dataset.version;
    document.title = fresh.title;
    const focus = document.activeElement && document.activeElement.id;
    const open = $("details[open]").map((one) => one.id);
    for (const part of $("[data-live]", fresh)) {
      const here = byId(part.id);
      if (!here) continue;
      const now = source(part);
      if (now === sources.get(part.id)) continue;
      sources.set(part.id, now);
      here.replaceWith(part);
      if (part.id === "now" || part.id === "bar") say(part.textContent.replace(/\s+/g, " ").trim());
      for (const one of $("details", part)) if (open.includes(one.id)) one.open = true;
      restore(part);
    }
    if (focus && byId(focus) && document.activeElement !== byId(focus)) {
      byId(focus).focus({ preventScroll: true });
    }
    middle();
    tick();
  }

  // ---- the stream ------------------------------------------------------------------------------
  const link = () => byId("link");
  function state(name) {
    const shown = link();
    if (!shown || shown.dataset.state === name) return;
    shown.dataset.state = name;
    shown.textContent = shown.dataset[name];
  }
  if (body.dataset.stream && window.EventSource) {
    const connect = () => {
      const stream = new EventSource(body.dataset.stream);
      stream.onopen = () => { state("on"); flush(); };
      stream.onerror = () => {
        state("off");
        if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
      };
      stream.onmessage = (event) => {
        state("on");
        if (event.data !== version) setTimeout(refresh, Math.random() * 150);
      };
      stream.addEventListener("gone", () => { stream.close(); state("gone"); location.assign("/"); });
    };
    state("off");
    connect();
  }

  // ---- the outbox: what is sent is kept until the server has answered ----------------------------
  const random = () => [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const storage = "outbox:" + location.pathname + ":" + (body.dataset.own || "");
  const waiting = () => JSON.parse(sessionStorage.getItem(storage) || "[]");
  const keep = (list) => sessionStorage.setItem(storage, JSON.stringify(list));
  let flushing = false;
  const outbox = (which) => {
    const box = byId("outbox");
    if (box) box.textContent = which ? box.dataset[which] : "";
  };
  function collect(form, button) {
    const data = new FormData(form);
    if (button && button.name) data.set(button.name, button.value);
    if (data.has("key")) data.set("key", random());
    return { action: form.getAttribute("action"), body: new URLSearchParams(data).toString(),
             form: form.dataset.card ? `[data-card="${form.dataset.card}"]`
               : form.dataset.name ? `[data-name="${form.dataset.name}"]`
               : `[data-send="${form.dataset.send}"]` };
  }
  async function flush() {
    if (flushing) return;
    flushing = true;
    for (let list = waiting(); list.length; list = waiting()) {
      const item = list[0];
      let answer;
      try {
        answer = await fetch(item.action, { method: "POST", body: item.body, headers: {
          "Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "page" } });
      } catch {
        outbox("waiting");
        state("off");
        setTimeout(() => { flushing = false; flush(); }, 1500);
        return;
      }
      if (answer.status === 503 || answer.status === 502) {
        outbox("waiting");
        setTimeout(() => { flushing = false; flush(); }, 1500);
        return;
      }
      keep(waiting().slice(1));
      let told = {};
      try { told = await answer.json(); } catch { /* an answer of no use */ }
      settle(item, answer.ok, told);
    }
    flushing = false;
  }
  function settle(item, ok, told) {
    const form = document.querySelector("form" + item.form);
    const wrong = form && form.querySelector(".wrong");
    if (ok) {
      if (told.where) { location.assign(told.where); return; }
      if (wrong) wrong.textContent = "";
      if (form && (form.dataset.card || form.querySelector("textarea, input[name=reason]"))) {
        forget(form);
        const card = form.closest("details");
        if (card) card.open = false;
      }
      outbox("sent");
      refresh();
      return;
    }
    outbox("");
    const error = told.error || {};
    const text = [error.message, error.hint].filter(Boolean).join(" – ");
    if (wrong) wrong.textContent = text; else { const box = byId("outbox"); if (box) box.textContent = text; else say(text); }
    refresh();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.send || form.dataset.send === "join") return;
    event.preventDefault();
    const button = event.submitter;
    if (button && button.disabled) return;
    if (button) { button.disabled = true; setTimeout(() => { button.disabled = false; }, 800); }
    keep([...waiting(), collect(form, button)]);
    flush();
  });

  // ---- keyboard --------------------------------------------------------------------------------
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const button = $("[data-key]").find((one) => one.dataset.key === event.key.toLowerCase());
    if (button && !button.disabled) { event.preventDefault(); button.click(); }
  });

  // ---- the clock -------------------------------------------------------------------------------
  function tick() {
    for (const clock of $(".clock[data-ends]")) {
      const ahead = clock.ahead ?? (clock.ahead = Date.now() / 1000 - Number(clock.dataset.now));
      const left = Math.round(Number(clock.dataset.ends) - Date.now() / 1000 + ahead);
      const shown = left > 0 ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : clock.dataset.over;
      if (clock.textContent !== shown) clock.textContent = shown;
      clock.classList.toggle("late", left <= 0);
    }
  }
  setInterval(tick, 500);
  tick();

  // ---- the facilitator's link carries its key behind '#', which no server and no log sees -------
  const key = byId("key-form");
  if (key && location.hash.startsWith("#key=")) {
    byId("key").value = decodeURIComponent(location.hash.slice(5));
    history.replaceState(null, "", location.pathname);
    key.submit();
  }

  // ---- a map wider than the screen begins in its middle ------------------------------------------
  function middle() {
    for (const box of $(".map .scroll")) {
      if (!box.scrollLeft) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
    }
  }
  restore(document);
  middle();
  flush();
})();
