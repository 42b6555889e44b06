(function () {
  "use strict";
  var root = document.documentElement;
  function all(selector, place) {
    return Array.prototype.slice.call((place || document).querySelectorAll(selector));
  }

  // --- Language: one page of those in the file at a time
  var pages = all(".page");
  function speak(language) {
    pages.forEach(function (page) { page.hidden = page.lang !== language; });
    root.lang = language;
  }
  all(".language").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { speak(button.dataset.language); });
  });
  if (pages.length > 1) { speak(pages[0].lang); }

  all(".print").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  all(".theme").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var dark = root.dataset.theme ? root.dataset.theme === "dark"
        : window.matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    });
  });

  // --- The course on the map: one frame and one team's belief at a time
  all(".course").forEach(function (box) {
    var frames = all(".frame", box), slider = box.querySelector("input");
    var team = box.querySelector("select"), said = box.querySelector(".said");
    function show() {
      frames.forEach(function (frame, number) {
        frame.hidden = number !== +slider.value;
        all("[data-team]", frame).forEach(function (figure) {
          figure.hidden = figure.dataset.team !== team.value;
        });
      });
      var title = frames[+slider.value].dataset.title;
      slider.setAttribute("aria-valuetext", title);
      said.textContent = title;
      all(".step", box).forEach(function (button) {
        var next = +slider.value + +button.dataset.step;
        button.disabled = next < 0 || next > +slider.max;
      });
    }
    slider.addEventListener("input", show);
    team.addEventListener("change", show);
    all(".step", box).forEach(function (button) {
      button.addEventListener("click", function () {
        slider.value = +slider.value + +button.dataset.step;
        show();
      });
    });
    box.querySelector(".scrubber").hidden = false;
    show();
  });

  // --- Paper shows what is folded on the screen
  window.addEventListener("beforeprint", function () {
    all("details").forEach(function (fold) { fold.open = true; });
  });
})();
