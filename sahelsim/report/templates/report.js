(function () {
  "use strict";
  var root = document.documentElement;
  var config = JSON.parse(document.getElementById("plotly-config").textContent);
  var plots = Array.prototype.slice.call(document.querySelectorAll(".plot"));
  var coarse = window.matchMedia("(pointer: coarse)").matches;
  var prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

  function css(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  // Ink, grid and hover colours come from the page, so that one figure serves light and dark.
  function themed(layout) {
    var size = Math.max(12, Math.min(17, 0.8 * parseFloat(getComputedStyle(root).fontSize)));
    var theme = {
      "font.color": css("--ink"), "font.size": size,
      "hoverlabel.bgcolor": css("--panel"), "hoverlabel.bordercolor": css("--line"),
      "hoverlabel.font.color": css("--ink"), "modebar.bgcolor": "rgba(0,0,0,0)",
      "modebar.color": css("--soft"), "modebar.activecolor": css("--accent")
    };
    (layout.annotations || []).forEach(function (note, number) {
      if (note.yshift) { theme["annotations[" + number + "].bgcolor"] = css("--halo"); }
    });
    Object.keys(layout).forEach(function (key) {
      if (/^[xy]axis/.test(key)) {
        theme[key + ".gridcolor"] = css("--grid");
        theme[key + ".linecolor"] = css("--line");
        theme[key + ".tickcolor"] = css("--line");
      }
    });
    return theme;
  }

  function apply(layout, theme) {
    Object.keys(theme).forEach(function (path) {
      var keys = path.replace("[", ".").replace("]", "").split("."), last = keys.pop(), place = layout;
      keys.forEach(function (key) { place = place[key] = place[key] || {}; });
      place[last] = theme[path];
    });
  }

  // Traces drawn in ink (columns on the map, black fills) follow the theme too.
  function ink(traces) {
    traces.forEach(function (trace) {
      if (trace.meta && trace.meta.ink) { trace.line.color = css("--ink"); }
    });
  }

  function inWords(day) {
    var months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
    var parts = day.split("-").map(Number);
    return "week of " + parts[2] + " " + months[parts[1] - 1] + " " + parts[0];
  }

  // The figure as the page's colours have it; on dark ground two of them are too dim for lines.
  // Maps keep theirs: there a colour says who holds a place.
  function prepared(div) {
    var text = document.getElementById("data-" + div.id).textContent;
    if (isDark() && !div.closest(".map")) {
      var blue = css("--blue"), parts = [1, 3, 5].map(function (place) {
        return parseInt(blue.slice(place, place + 2), 16);
      });
      text = text.replace(/#0072B2/g, blue).replace(/#8A6D00/g, css("--marked"))
        .replace(/rgba\(0,114,178,/g, "rgba(" + parts.join(",") + ",");
    }
    var figure = JSON.parse(text), size = figure.layout.font.size;
    apply(figure.layout, themed(figure.layout));
    var grown = figure.layout.font.size / size;  // marks grow with the letters, as on a projector
    (figure.layout.annotations || []).forEach(function (note) {
      if (note.font && note.font.size) { note.font.size *= grown; }
    });
    figure.data.forEach(function (trace) {
      if (trace.marker && trace.marker.size > 0 && !div.closest(".map")) { trace.marker.size *= grown; }
    });
    ink(figure.data);
    if (coarse) { figure.layout.dragmode = false; }
    return figure;
  }

  function draw(div) {
    if (div.dataset.drawn) { return; }
    div.dataset.drawn = "yes";
    var figure = prepared(div);
    if (div.clientWidth < 420) {
      (figure.layout.annotations || []).forEach(function (note) {
        if (note.yshift) { note.font.size = 9; }
      });
      if (div.closest(".map")) {
        figure.data.forEach(function (trace) {
          if (trace.marker && trace.marker.size > 0) { trace.marker.size *= 0.75; }
        });
      }
    }
    if (coarse) { config.displayModeBar = false; }
    Plotly.newPlot(div, figure.data, figure.layout, config).then(function () {
      if (figure.frames && figure.frames.length) { return Plotly.addFrames(div, figure.frames); }
    }).then(function () {
      div.dataset.ready = "yes";
      name(div);
      if (div.afterDraw) { div.afterDraw(); }
    });
  }

  // The picture alone is an image: buttons and handles over it must stay within reach of all.
  function name(div) {
    Array.prototype.forEach.call(div.querySelectorAll(".main-svg"), function (layer, number) {
      if (number) { layer.setAttribute("aria-hidden", "true"); return; }
      layer.setAttribute("role", "img");
      layer.setAttribute("aria-label", div.getAttribute("aria-label"));
    });
    div.removeAttribute("role");
    div.removeAttribute("aria-label");
  }

  function drawAll() { plots.forEach(draw); }

  if ("IntersectionObserver" in window) {
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { observer.unobserve(entry.target); draw(entry.target); }
      });
    }, { rootMargin: "500px 0px" });
    plots.forEach(function (div) { observer.observe(div); });
  } else {
    drawAll();
  }
  window.addEventListener("beforeprint", drawAll);
  window.sahelsimDrawAll = drawAll;

  // --- Dark and light
  function retheme() {
    plots.forEach(function (div) {
      if (!div.dataset.ready) { return; }
      if (!div.closest(".map")) {
        var figure = prepared(div);
        Plotly.react(div, figure.data, figure.layout, config).then(function () {
          if (div.afterDraw) { div.afterDraw(); }
        });
        return;
      }
      Plotly.relayout(div, themed(div.layout));
      div.data.forEach(function (trace, number) {
        if (trace.meta && trace.meta.ink) {
          Plotly.restyle(div, { "line.color": css("--ink") }, [number]);
        }
      });
    });
  }
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;
  }
  var button = document.getElementById("theme");
  function label() { button.textContent = isDark() ? "Light" : "Dark"; }
  button.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
    retheme();
  });
  prefersDark.addEventListener("change", function () { label(); retheme(); });
  label();

  // --- Tabs
  Array.prototype.forEach.call(document.querySelectorAll(".tabs"), function (box) {
    var list = box.querySelector("[role=tablist]");
    var tabs = Array.prototype.slice.call(list.querySelectorAll("[role=tab]"));
    list.hidden = false;
    function show(tab) {
      tabs.forEach(function (other) {
        var chosen = other === tab;
        other.setAttribute("aria-selected", String(chosen));
        other.tabIndex = chosen ? 0 : -1;
        document.getElementById(other.getAttribute("aria-controls"))
          .classList.toggle("later", !chosen);
      });
    }
    tabs.forEach(function (tab, place) {
      tab.addEventListener("click", function () { show(tab); });
      tab.addEventListener("keydown", function (event) {
        var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) { return; }
        var next = tabs[(place + step + tabs.length) % tabs.length];
        show(next);
        next.focus();
      });
    });
  });

  // --- The map's player: a slider by week and a button
  Array.prototype.forEach.call(document.querySelectorAll(".player"), function (box) {
    var div = document.getElementById(box.dataset.for);
    var slider = box.querySelector("input"), output = box.querySelector("output");
    var play = box.querySelector(".play");
    var weeks = box.querySelector(".weeks").textContent.split(",");
    var timer = null;
    function go() {
      var week = weeks[+slider.value];
      output.textContent = inWords(week);
      slider.setAttribute("aria-valuetext", inWords(week));
      if (!div.dataset.ready) { draw(div); return; }
      Plotly.animate(div, [week], {
        mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 }
      });
    }
    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "▶ Play";
      play.setAttribute("aria-pressed", "false");
    }
    play.addEventListener("click", function () {
      if (timer) { stop(); return; }
      if (+slider.value >= +slider.max) { slider.value = 0; }
      play.textContent = "❚❚ Pause";
      play.setAttribute("aria-pressed", "true");
      go();
      timer = setInterval(function () {
        if (+slider.value >= +slider.max) { stop(); return; }
        slider.value = +slider.value + 1;
        go();
      }, 700);
    });
    slider.addEventListener("input", function () { if (timer) { stop(); } go(); });
    div.afterDraw = function () { if (+slider.value) { go(); } };
    output.textContent = inWords(weeks[0]);
    box.hidden = false;
  });

  Array.prototype.forEach.call(document.querySelectorAll(".views"), function (box) {
    var div = document.getElementById(box.dataset.for);
    var buttons = Array.prototype.slice.call(box.querySelectorAll("button"));
    buttons.forEach(function (button) {
      button.addEventListener("click", function () {
        var view = button.dataset.view.split(",").map(Number);
        buttons.forEach(function (other) {
          other.setAttribute("aria-pressed", String(other === button));
        });
        Plotly.relayout(div, {
          "xaxis.range": [view[0], view[1]], "yaxis.range": [view[2], view[3]]
        });
      });
    });
    box.hidden = false;
  });

  Array.prototype.forEach.call(document.querySelectorAll(".toggles button"), function (button) {
    button.addEventListener("click", function () {
      var div = document.getElementById(button.closest(".toggles").dataset.for);
      if (!div.dataset.ready) { return; }
      var shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      div.data.forEach(function (trace, number) {
        if (trace.name === button.dataset.trace) {
          Plotly.restyle(div, { visible: shown }, [number]);
        }
      });
    });
  });

  // --- Tables: sort by a heading, copy as tab-separated text
  Array.prototype.forEach.call(document.querySelectorAll("table.sortable"), function (table) {
    var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    function value(row, column) {
      var cell = row.cells[column];
      if (cell.dataset.value === undefined) { return cell.textContent; }
      return cell.dataset.value === "" ? -Infinity : Number(cell.dataset.value);
    }
    heads.forEach(function (head, column) {
      head.querySelector("button").addEventListener("click", function () {
        var up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        Array.prototype.slice.call(table.tBodies[0].rows).sort(function (a, b) {
          var x = value(a, column), y = value(b, column);
          var order = typeof x === "number" && typeof y === "number" ? x - y
            : String(x).localeCompare(String(y), "en");
          return up ? order : -order;
        }).forEach(function (row) { table.tBodies[0].appendChild(row); });
      });
    });
  });

  Array.prototype.forEach.call(document.querySelectorAll(".copy"), function (button) {
    button.addEventListener("click", function () {
      var rows = document.getElementById(button.dataset.table).rows;
      var text = Array.prototype.map.call(rows, function (row) {
        return Array.prototype.map.call(row.cells, function (cell) {
          return cell.textContent.trim();
        }).join("\t");
      }).join("\n");
      var area = document.createElement("textarea");
      area.value = text;
      document.body.appendChild(area);
      area.select();
      var done = document.execCommand("copy");
      area.remove();
      button.nextElementSibling.textContent = done ? "Copied." : "Select the table and copy it.";
    });
  });
})();
