// Under `mdbook serve`: reloads the page when the book was built again.
"use strict";

{
  const { endpoint } = document.currentScript.dataset;
  const protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${protocol}//${location.host}/${endpoint}`);
  socket.addEventListener("message", ({ data }) => {
    if (data === "reload") {
      location.reload();
    }
  });
}
