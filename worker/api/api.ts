// The Engine API over an engine: version, route, handler, and one form for every failure.

import { EngineError } from "../base/errors.ts";
import type { EngineContext } from "../engine/engine-context.ts";
import { API_HEADERS, splitVersion } from "./api-version.ts";
import type { ApiHandler, ApiRequest, ApiResponse } from "./exchange.ts";
import { Query } from "./query.ts";
import { errorReply } from "./reply.ts";
import { RouteTable } from "./route-table.ts";
import { ROUTES } from "./routes.ts";

export function createApi(engine: EngineContext): ApiHandler {
  const table = new RouteTable(ROUTES);
  return async (request) => {
    const response = await answer(engine, table, request).catch(errorReply);
    return { ...response, headers: { ...API_HEADERS, ...response.headers } };
  };
}

async function answer(engine: EngineContext, table: RouteTable, request: ApiRequest): Promise<ApiResponse> {
  const mark = request.target.indexOf("?");
  const whole = mark < 0 ? request.target : request.target.slice(0, mark);
  const { version, path } = splitVersion(whole);
  const match = table.match(request.method, path);
  if (!match) throw new EngineError("not-found", "page not found");
  return match.handler({
    engine,
    request,
    parameters: match.parameters,
    query: new Query(mark < 0 ? "" : request.target.slice(mark + 1)),
    version,
  });
}
