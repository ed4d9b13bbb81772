import { expect, it } from "vitest";
import { ownPathname } from "./own-pathname.ts";

it.each([
	["/api/v1/runs", "", "/api/v1/runs"],
	["/eosync/api/v1/runs", "/eosync", "/api/v1/runs"],
	["/eosync/stac/collections/eosync", "/eosync", "/stac/collections/eosync"],
	// Where the framework took it off.
	["/stac/search?limit=1", "/eosync", "/stac/search"],
	["/eosyncs/stac", "/eosync", "/eosyncs/stac"],
])("%s below %j is %s", (path, basePath, own) => {
	expect(ownPathname(`https://example.org${path}`, basePath)).toBe(own);
});
