/** Text for `like` and `ilike`, in which nothing but the ends stands for anything else. */

export const beginningWith = (text: string): string => `${escaped(text)}%`;

export const containing = (text: string): string => `%${escaped(text)}%`;

const escaped = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
