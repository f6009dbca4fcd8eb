// WebAuthn: hands the options of the page to the browser, and its answer to the form around them.
(function () {
  "use strict";

  function bytes(text) {
    var plain = text.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(plain), function (letter) { return letter.charCodeAt(0); });
  }

  function text(buffer) {
    var letters = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); });
    return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function known(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }

  function read(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) { options.user.id = bytes(options.user.id); }
    if (options.excludeCredentials) { options.excludeCredentials = known(options.excludeCredentials); }
    if (options.allowCredentials) { options.allowCredentials = known(options.allowCredentials); }
    return options;
  }

  function written(credential) {
    var given = credential.response, response = { clientDataJSON: text(given.clientDataJSON) };
    if (given.attestationObject) {
      response.attestationObject = text(given.attestationObject);
      response.transports = given.getTransports ? given.getTransports() : [];
    } else {
      response.authenticatorData = text(given.authenticatorData);
      response.signature = text(given.signature);
      response.userHandle = given.userHandle && given.userHandle.byteLength ? text(given.userHandle) : null;
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response: response
    });
  }

  function ask(form) {
    var state = form.querySelector("[data-passkey-state]"), again = form.querySelector("button");
    function say(words) { state.textContent = form.getAttribute(words); again.hidden = false; }
    if (location.origin !== form.getAttribute("data-origin")) { say("data-elsewhere"); return; }
    if (!window.PublicKeyCredential) { say("data-unable"); return; }
    state.textContent = form.getAttribute("data-wait");
    again.hidden = true;
    var options = { publicKey: read(JSON.parse(form.getAttribute("data-options"))) };
    var how = form.getAttribute("data-passkey");
    navigator.credentials[how](options).then(function (credential) {
      form.elements.credential.value = written(credential);
      form.submit();
    }, function (error) {
      say(error.name === "InvalidStateError" ? "data-known" : "data-failed");
    });
  }

  document.querySelectorAll("[data-with-passkeys]").forEach(function (part) {
    if (!window.PublicKeyCredential) { part.hidden = true; }
  });
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.addEventListener("submit", function (event) { event.preventDefault(); ask(form); });
    ask(form);
  });
})();
