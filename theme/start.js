// Of mdBook's own pages: the theme, before anything is seen.
"use strict";

const {
  root: path_to_root,
  light: default_light_theme,
  dark: default_dark_theme,
} = document.currentScript.dataset;
window.path_to_searchindex_js = document.currentScript.dataset.searchindex;
window.playground_copyable = true;

const default_theme = matchMedia("(prefers-color-scheme: dark)").matches
  ? default_dark_theme
  : default_light_theme;

{
  let theme;
  try {
    // older mdBooks kept them in quotes
    for (const key of ["mdbook-theme", "mdbook-sidebar"]) {
      const [, inner] = localStorage.getItem(key)?.match(/^"(.*)"$/) ?? [];
      if (inner !== undefined) localStorage.setItem(key, inner);
    }
    theme = localStorage.getItem("mdbook-theme");
  } catch { /* the reader wants nothing kept */ }
  const { classList } = document.documentElement;
  classList.remove(default_light_theme);
  classList.add(theme || default_theme, "js");
}
