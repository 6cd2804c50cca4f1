export const MESSAGE_MAX = 1024;
/* The counter shows when it begins to matter. */
export const COUNT_FROM = 800;
