/**
 * The chapter that is executed, and compared with what is committed, in the lab: the longest one, so
 * that it need not run twice where there is a browser.
 */
export const LAB_CHAPTER = "02-the-gradient-norm-grows.ipynb";
