// Lists what the app keeps in localStorage and lets one save it, without the app.
(function () {
  var state = document.getElementById("state");
  var all = {};
  var others = 0;
  function save(name, text) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name.replace(/[^\w.-]/g, "_") + ".json";
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }
  // Of several accounts on one browser each sees its own, and what belongs to none.
  function isOthers(key, text, own) {
    var named = /account\\":\\"([^\\]+)/.exec(text)
      || /cpor\.review\.([^.]+)\./.exec(key)
      || /cpor\.settings\.disassociate\.([^.]+)\./.exec(key)
      || /cpor\.[^.]+\.([^.]+)\.ops\./.exec(key);
    return named !== null && named[1] !== own;
  }
  try {
    var own = localStorage.getItem("cpor.settings.account-id");
    for (var index = 0; index < localStorage.length; index += 1) {
      var key = localStorage.key(index);
      if (key.indexOf("cpor.") !== 0) continue;
      var text = localStorage.getItem(key);
      if (isOthers(key, text, own)) others += 1;
      else all[key] = text;
    }
  } catch (blocked) {
    state.textContent = "This browser does not let the page read its storage.";
    return;
  }
  var keys = Object.keys(all).sort();
  state.textContent = keys.length + " entries"
    + (others ? "; " + others + " of accounts that are not signed in here are not listed · 未登入帳戶的 " + others + " 項未列出" : "");
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
