/** The field manager of everything this program applies. */
export const FIELD_MANAGER = 'hardway'
