/**
 * What is loaded of undici with the first request. By their names: of a CommonJS package that is imported
 * late, a bundle knows nothing but its default export.
 */
export { Agent, ProxyAgent, request, WebSocket } from 'undici'
