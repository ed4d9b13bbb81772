import type { NextConfig } from "next";

export default {
	// The gate runs tsc itself, on everything and once.
	typescript: { ignoreBuildErrors: true },
	serverExternalPackages: ["postgres", "pg-boss", "pino", "pino-pretty"],
	poweredByHeader: false,
	// Archive names may hold anything; two renderings of one URL would be two caches.
	reactStrictMode: true,
	devIndicators: false,
} satisfies NextConfig;
