// @ts-check
/** The run of the book, as the pages and their worker name it. */

/** Its choices. */
export const BOOK = { optimizer: "adam", rate: 0.01, own: "" };

/** How many steps it has. */
export const STEPS = 1000;

/** How many losses a mean is of, as in the pictures. */
export const WINDOW = 50;
