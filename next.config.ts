import type { NextConfig } from "next";

// Next reads this file by itself, in a process that need not be one of ours.
const { EOSYNC_BASE_PATH: basePath = "", EOSYNC_RELEASE: release } = process.env;

export default {
	// The path of the dashboard's public address; of a release a placeholder, see release/pages.ts.
	basePath,
	env: { EOSYNC_BASE_PATH: basePath },
	...(release === undefined ? {} : { output: "standalone" }),
	// The gate runs tsc itself, on everything and once.
	typescript: { ignoreBuildErrors: true },
	serverExternalPackages: ["postgres", "pg-boss", "pino", "pino-pretty", "nodemailer"],
	poweredByHeader: false,
	// Archive names may hold anything; two renderings of one URL would be two caches.
	reactStrictMode: true,
	devIndicators: false,
	// Bodies are held in memory before anybody is asked who he is.
	// Loading all pages and calls at the start takes a quarter of it, and memory for those that nobody opens.
	experimental: {
		serverActions: { bodySizeLimit: "1mb" },
		proxyClientMaxBodySize: "1mb",
		preloadEntriesOnStart: false,
	},
	// proxy.ts, which tells browsers the rest, leaves out what is never secret.
	headers: async () => [
		{ source: "/_next/static/:path*", headers: [{ key: "x-content-type-options", value: "nosniff" }] },
	],
} satisfies NextConfig;
