// Before the first paint: theme and language as chosen. Then a watch on the start,
// in plain old script, so that it also works where nothing else does.
(function () {
  var root = document.documentElement;
  try {
    var theme = localStorage.getItem("cpor.settings.theme");
    if (theme === "light" || theme === "dark") root.setAttribute("data-theme", theme);
    var language = localStorage.getItem("cpor.settings.lang");
    if (language) root.lang = language;
  } catch (blocked) {
    // Without storage the system's theme and English remain.
  }
  setTimeout(function () {
    var panel = document.getElementById("boot-error");
    if (panel && document.getElementById("shell")) panel.hidden = false;
  }, 5000);
})();
