/** The sandbox's image: made here, since it only has to wait. An honest name, as it is not the official one. */
export const PAUSE_IMAGE = 'hardway.local/pause:1'
