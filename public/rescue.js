// Lists what the app keeps in localStorage and lets one save it, without the app.
(function () {
  var state = document.getElementById("state");
  var all = {};
  function save(name, text) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name.replace(/[^\w.-]/g, "_") + ".json";
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }
  try {
    for (var index = 0; index < localStorage.length; index += 1) {
      var key = localStorage.key(index);
      if (key.indexOf("cpor.") === 0) all[key] = localStorage.getItem(key);
    }
  } catch (blocked) {
    state.textContent = "This browser does not let the page read its storage.";
    return;
  }
  var keys = Object.keys(all).sort();
  state.textContent = keys.length + " entries";
  keys.forEach(function (key) {
    var item = document.createElement("li");
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = key + " (" + all[key].length + ")";
    button.addEventListener("click", function () { save(key, all[key]); });
    item.appendChild(button);
    document.getElementById("list").appendChild(item);
  });
  document.getElementById("all").addEventListener("click", function () {
    save("cpor-claims-rescue", JSON.stringify(all, null, 2));
  });
})();
