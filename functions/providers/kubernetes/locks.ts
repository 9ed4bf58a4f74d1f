/**
 * What keeps a namespace closed and bounded, by local name. Nothing gives access to it or credentials before all of that is
 * there: a namespace whose NetworkPolicy could not be made is open, and whoever got in would stay in.
 */
export const locks = ['namespace', 'network', 'quota', 'limits'];
