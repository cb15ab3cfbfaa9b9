// `http` as a CommonJS module: docker-modem makes objects of it and gives them functions, which a module's namespace refuses.
module.exports = { request: (options) => require("./http.ts").request(options) };
