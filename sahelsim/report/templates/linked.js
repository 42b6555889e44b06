// Brushes over parallel coordinates: what they leave is drawn in colour, and the map is of it alone.
(function () {
  "use strict";
  var NEAR_PX = 11, STEP = 0.02, PAGE = 0.1, SAME = 1e-6, QUIET_MS = 500;
  var AXIS_REM = 4.1;  // least room of an axis
  var PACKED = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array };
  var SHARES = [0, 0.25, 0.5, 0.75, 1];

  function parsed(id) { return JSON.parse(document.getElementById(id).textContent); }

  function made(name, parent, attributes) {
    var element = parent.appendChild(document.createElement("div"));
    element.className = name;
    Object.keys(attributes || {}).forEach(function (key) {
      element.setAttribute(key, attributes[key]);
    });
    return element;
  }

  function unpacked(block) {
    var text = atob(block.data), bytes = new Uint8Array(text.length);
    for (var k = 0; k < text.length; k += 1) { bytes[k] = text.charCodeAt(k); }
    return new PACKED[block.type](bytes.buffer);
  }

  function whole(number) { return number.toLocaleString("en-GB"); }
  function percent(share) { return Math.round(100 * share) + " %"; }
  function significant(value) {
    return value.toLocaleString("en-GB", { maximumSignificantDigits: 3 });
  }
  function total(numbers) { return numbers.reduce(function (sum, n) { return sum + n; }, 0); }

  Array.prototype.forEach.call(document.querySelectorAll(".linked"), function (box) {
    var lines = document.getElementById(box.dataset.lines);
    var map = box.dataset.map ? document.getElementById(box.dataset.map) : null;
    var data = parsed("linked-" + lines.id), figure = parsed("data-" + lines.id);
    var axes = figure.layout.meta.axes, policies = figure.data.slice(1);
    var select = box.querySelector("select"), count = box.querySelector(".count");
    var said = box.querySelector(".said"), saying = null, waiting = false;
    var cells = [];  // a line: its place on every axis, 0 at the bottom to 1
    policies.forEach(function (trace) {
      for (var at = 0; at < trace.y.length; at += axes.length + 1) {
        cells.push(trace.y.slice(at, at + axes.length));
      }
    });
    var range = axes.map(function () { return [0, 1]; });  // what each brush leaves
    var blocks = {};
    Object.keys(data.measures || {}).forEach(function (name) {
      blocks[name] = unpacked(data.measures[name]);
    });

    // --- What is chosen, and what the map shows of it
    function chosen() {
      return cells.map(function (places) {
        return places.every(function (place, axis) {
          return place >= range[axis][0] - SAME && place <= range[axis][1] + SAME;
        });
      });
    }

    // Of every place, the share of runs or the mean days over the lines that are kept.
    function means(name, kept) {
      var block = blocks[name], n = data.places.length, runs = 0, sums = new Float64Array(n);
      kept.forEach(function (keep, line) {
        if (!keep) { return; }
        runs += data.counted[line];
        for (var place = 0; place < n; place += 1) { sums[place] += block[line * n + place]; }
      });
      return { runs: runs, sums: sums, means: Array.from(sums, function (sum) {
        return runs ? sum / runs : null;
      }) };
    }

    var every = {};  // measure -> the same of all lines, and the top of its scale
    Object.keys(blocks).forEach(function (name) {
      var n = data.places.length, top = 0;
      every[name] = means(name, cells.map(function () { return true; }));
      if (name === "siege_days") {
        blocks[name].forEach(function (sum, at) {
          top = Math.max(top, sum / (data.counted[Math.floor(at / n)] || 1));
        });
      }
      every[name].top = name === "siege_days" ? Math.max(1, Math.ceil(top)) : 1;
    });

    function shown(name, value) {
      if (value === null) { return "–"; }
      return name === "siege_days" ? significant(value) + " days" : percent(value);
    }

    function drawMap(kept) {
      var name = select.value, found = means(name, kept), all = every[name];
      var share = name !== "siege_days", title = select.options[select.selectedIndex].text;
      var head = map.closest("figure").querySelector(".chart-title");
      var texts = data.places.map(function (place, at) {
        var many = share ? " (" + whole(found.sums[at]) + " of " + whole(found.runs) + " runs)" : "";
        return place + "<br>" + title + ": " + shown(name, found.means[at]) + many +
          "<br>all runs: " + shown(name, all.means[at]);
      });
      head.firstChild.data = title.charAt(0).toUpperCase() + title.slice(1) + " ";
      head.querySelector(".unit").textContent =
        share ? "share of the runs chosen" : "mean over the runs chosen";
      if (map.dataset.ready) {
        Plotly.restyle(map, {
          "marker.color": [found.means], "marker.cmax": all.top, "text": [texts],
          "marker.colorbar.tickformat": share ? ".0%" : "",
          "marker.colorbar.tickvals": [share ? SHARES : null]
        }, [map.data.length - 1]);
      }
      return changes(name, found, all, kept);
    }

    // The places that differ most from all runs, in a sentence.
    function changes(name, found, all, kept) {
      if (!found.runs || found.runs === all.runs) { return ""; }
      var least = name === "siege_days" ? 0.5 : 0.005;
      var order = data.places.map(function (_, at) { return at; }).filter(function (at) {
        return Math.abs(found.means[at] - all.means[at]) >= least;
      }).sort(function (a, b) {
        return Math.abs(found.means[b] - all.means[b]) - Math.abs(found.means[a] - all.means[a]);
      });
      if (!order.length) { return " No place differs from all runs."; }
      return " Furthest from all runs: " + order.slice(0, 3).map(function (at) {
        return data.places[at] + " " + shown(name, found.means[at]) + luck(name, at, kept) +
          " (all runs " + shown(name, all.means[at]) + ")";
      }).join(", ") + ".";
    }

    // Two standard errors of a place's mean over the futures chosen, whose runs share no draws.
    function luck(name, place, kept) {
      var n = data.places.length, per = cells.length / policies.length, sums = {}, runs = {};
      kept.forEach(function (keep, line) {
        if (!keep || !data.counted[line]) { return; }
        var future = line % per;
        sums[future] = (sums[future] || 0) + blocks[name][line * n + place];
        runs[future] = (runs[future] || 0) + data.counted[line];
      });
      var values = Object.keys(sums).map(function (future) { return sums[future] / runs[future]; });
      if (values.length < 2) { return ""; }
      var mean = total(values) / values.length, square = total(values.map(function (value) {
        return (value - mean) * (value - mean);
      })) / (values.length - 1);
      var error = 2 * Math.sqrt(square / values.length);
      return " ± " + (name === "siege_days" ? significant(error) : Math.ceil(100 * error));
    }

    function drawLines(kept) {
      if (!lines.dataset.ready) { return; }
      var n = cells.length / policies.length, step = axes.length + 1;
      var many = [[[], []]].concat(policies.map(function () { return [[], []]; }));
      cells.forEach(function (places, line) {
        var to = many[kept[line] ? 1 + Math.floor(line / n) : 0];
        for (var axis = 0; axis < step; axis += 1) {
          to[0].push(axis < axes.length ? axis : null);
          to[1].push(axis < axes.length ? places[axis] : null);
        }
      });
      Plotly.restyle(lines, {
        x: many.map(function (pair) { return pair[0]; }),
        y: many.map(function (pair) { return pair[1]; })
      }, many.map(function (_, k) { return k; }));
    }

    function tell(kept, sentence) {
      var n = cells.length / policies.length, seen = {};
      kept.forEach(function (keep, line) { if (keep) { seen[line % n] = true; } });
      var numbers = Object.keys(seen), runs = total(data.runs.filter(function (_, line) {
        return kept[line];
      }));
      var text = whole(runs) + " of " + whole(total(data.runs)) + " runs chosen, in " +
        whole(numbers.length) + " of " + whole(n) + " futures";
      if (numbers.length && numbers.length < n && numbers.length <= 6) {
        text += " (" + numbers.map(function (at) { return data.futures[at]; }).join(", ") + ")";
      }
      count.textContent = text + "." + sentence;
      clearTimeout(saying);
      saying = setTimeout(function () { said.textContent = count.textContent; }, QUIET_MS);
    }

    function show() {
      waiting = false;
      var kept = chosen();
      drawLines(kept);
      tell(kept, map ? drawMap(kept) : "");
    }

    function change() {
      brushes.forEach(function (brush) { brush.place(); });
      buttons.forEach(function (button) {
        var mine = axes.every(function (_, axis) {
          var own = axis === +button.dataset.axis;
          return range[axis][0] === (own ? +button.dataset.low : 0) &&
            range[axis][1] === (own ? +button.dataset.high : 1);
        });
        button.setAttribute("aria-pressed", String(mine));
      });
      if (!waiting) { waiting = true; window.requestAnimationFrame(show); }
    }

    function reset() { range.forEach(function (ends) { ends[0] = 0; ends[1] = 1; }); }

    // --- The brushes
    var margin = figure.layout.margin, pad = figure.layout.meta.pad, side = figure.layout.meta.side;
    var stage = document.createElement("div"), inner = made("inner", stage);
    stage.className = "stage";
    lines.parentNode.insertBefore(stage, lines);
    inner.appendChild(lines);
    inner.style.minWidth = "calc(" + (margin.l + margin.r) + "px + " +
      AXIS_REM * axes.length + "rem)";

    function valueAt(axis, place) {
      return significant(axis.low + place * (axis.high - axis.low));
    }

    var brushes = axes.map(function (axis, number) {
      var ends = range[number], names = axis.categories, last = names.length - 1;
      var share = (number + side) / (axes.length - 1 + 2 * side), high = "(100% - " +
        (margin.t + margin.b) + "px)";
      var strip = made("brush", inner, { title: "Drag to choose; click to choose all again" });
      strip.style.left = "calc(" + margin.l + "px + (100% - " + (margin.l + margin.r) + "px) * " +
        share + ")";
      strip.style.top = "calc(" + margin.t + "px + " + high + " * " + pad / (1 + 2 * pad) + ")";
      strip.style.height = "calc(" + high + " / " + (1 + 2 * pad) + ")";
      var band = made("band", strip);
      var thumbs = ["lowest", "highest"].map(function (word, end) {
        var thumb = made("end " + word, strip, {
          role: "slider", tabindex: "0", "aria-orientation": "vertical",
          "aria-label": axis.name + ", " + word + " chosen", "aria-valuemin": "0",
          "aria-valuemax": "100"
        });
        thumb.addEventListener("keydown", function (event) { key(event, end); });
        return thumb;
      });

      // Edges of a choice of categories lie between them.
      function snapped(place) {
        place = Math.max(0, Math.min(1, place));
        if (!names.length || place === 0 || place === 1) { return place; }
        if (!last) { return Math.round(place); }
        var between = (Math.floor(place * last) + 0.5) / last;
        return place < 0.25 / last ? 0 : place > 1 - 0.25 / last ? 1 : between;
      }

      function set(low, top) {
        ends[0] = snapped(Math.min(low, top));
        ends[1] = snapped(Math.max(low, top));
        change();
      }

      function key(event, end) {
        var by = names.length ? 1 / Math.max(1, last) : STEP;
        var steps = { ArrowUp: by, ArrowRight: by, ArrowDown: -by, ArrowLeft: -by,
          PageUp: names.length ? by : PAGE, PageDown: names.length ? -by : -PAGE };
        var to = event.key === "Home" ? 0 : event.key === "End" ? 1 : ends[end] + steps[event.key];
        if (event.key === "Escape") { set(0, 1); } else if (to !== to) { return; } else {
          to = snapped(to);
          if (end === 0) { set(Math.min(to, ends[1]), ends[1]); } else { set(ends[0], Math.max(to, ends[0])); }
        }
        event.preventDefault();
      }

      strip.addEventListener("pointerdown", function (event) {
        var frame = strip.getBoundingClientRect(), moved = false, low = ends[0], top = ends[1];
        function at(to) { return Math.max(0, Math.min(1, (frame.bottom - to.clientY) / frame.height)); }
        var from = at(event), near = NEAR_PX / frame.height, narrow = low > 0 || top < 1;
        var what = Math.abs(from - top) < near ? "top" : Math.abs(from - low) < near ? "low"
          : narrow && from > low && from < top ? "both" : "new";
        strip.setPointerCapture(event.pointerId);
        event.preventDefault();
        function move(to) {
          var place = at(to), by = place - from;
          moved = moved || Math.abs(by) * frame.height > 3;
          if (!moved) { return; }
          if (what === "new") { set(from, place); }
          if (what === "low") { set(Math.min(place, top), top); }
          if (what === "top") { set(low, Math.max(place, low)); }
          if (what === "both") {
            by = Math.max(-low, Math.min(1 - top, by));
            set(low + by, top + by);
          }
        }
        function done() {
          strip.removeEventListener("pointermove", move);
          strip.removeEventListener("pointerup", done);
          strip.removeEventListener("pointercancel", done);
          if (moved) { return; }
          if (names.length && last && !narrow) {
            var own = Math.round(from * last) / last;
            set(own - 0.5 / last, own + 0.5 / last);
          } else { set(0, 1); }
        }
        strip.addEventListener("pointermove", move);
        strip.addEventListener("pointerup", done);
        strip.addEventListener("pointercancel", done);
      });

      return { place: function () {
        var narrow = ends[0] > 0 || ends[1] < 1;
        strip.classList.toggle("narrow", narrow);
        band.style.bottom = 100 * ends[0] + "%";
        band.style.top = 100 * (1 - ends[1]) + "%";
        thumbs.forEach(function (thumb, end) {
          var text = names.length ? names.filter(function (_, k) {
            var place = last ? 1 - k / last : 0.5;
            return place >= ends[0] - SAME && place <= ends[1] + SAME;
          }).join(", ") : valueAt(axis, ends[end]);
          thumb.style.bottom = 100 * ends[end] + "%";
          thumb.dataset.at = names.length || ends[end] === end ? "" : text;
          thumb.setAttribute("aria-valuenow", String(Math.round(100 * ends[end])));
          thumb.setAttribute("aria-valuetext", (text || "none") + (axis.unit ? " " + axis.unit : ""));
        });
      } };
    });

    // --- Buttons, and the first picture
    var buttons = Array.prototype.slice.call(box.querySelectorAll(".preset"));
    buttons.forEach(function (button) {
      button.addEventListener("click", function () {
        var again = button.getAttribute("aria-pressed") === "true";
        reset();
        if (!again) { range[+button.dataset.axis].splice(0, 2, +button.dataset.low, +button.dataset.high); }
        change();
      });
    });
    box.querySelector(".reset").addEventListener("click", function () { reset(); change(); });
    if (select) { select.addEventListener("change", change); }
    lines.afterDraw = function () { drawLines(chosen()); };
    if (map) { map.afterDraw = function () { drawMap(chosen()); }; }
    box.hidden = false;
    change();
  });
})();
