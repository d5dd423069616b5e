/**
 * What is loaded of undici with the first download. By their names: of a CommonJS package that is imported
 * late, a bundle knows nothing but its default export.
 */
export { Agent, EnvHttpProxyAgent, interceptors, request } from 'undici'
