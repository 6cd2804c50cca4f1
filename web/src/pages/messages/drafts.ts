/* The text that was begun in a conversation. */
export const groupDraft = (group: string) => `group:${group}`;
