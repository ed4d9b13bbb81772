import type { NextConfig } from "next";

export default {
	// The gate runs tsc itself, on everything and once.
	typescript: { ignoreBuildErrors: true },
	serverExternalPackages: ["postgres", "pg-boss", "pino", "pino-pretty", "nodemailer"],
	poweredByHeader: false,
	// Archive names may hold anything; two renderings of one URL would be two caches.
	reactStrictMode: true,
	devIndicators: false,
	// Bodies are held in memory before anybody is asked who he is.
	experimental: { serverActions: { bodySizeLimit: "1mb" }, proxyClientMaxBodySize: "1mb" },
	// proxy.ts, which tells browsers the rest, leaves out what is never secret.
	headers: async () => [
		{ source: "/_next/static/:path*", headers: [{ key: "x-content-type-options", value: "nosniff" }] },
	],
} satisfies NextConfig;
