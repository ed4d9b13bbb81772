import { defineConfig } from "drizzle-kit";

export default defineConfig({
	dialect: "postgresql",
	schema: [
		"./lib/catalog/schema/schema.ts",
		"./lib/catalog/schema/dataset-schema.ts",
		"./lib/catalog/schema/open-file-schema.ts",
		"./lib/catalog/schema/run-schema.ts",
		"./lib/catalog/schema/roll-up-schema.ts",
		"./lib/catalog/schema/share-schema.ts",
		"./lib/catalog/schema/batch-schema.ts",
		"./lib/catalog/schema/operations-schema.ts",
		"./lib/catalog/schema/automation-schema.ts",
		"./lib/catalog/schema/access-schema.ts",
		"./lib/catalog/schema/audit-schema.ts",
		"./lib/catalog/schema/review-schema.ts",
		"./lib/catalog/schema/failure-schema.ts",
		"./lib/catalog/schema/published-check-schema.ts",
		"./lib/catalog/schema/coverage-schema.ts",
		"./lib/catalog/schema/reshape-schema.ts",
		"./lib/catalog/schema/publish-schema.ts",
		"./lib/catalog/schema/target-schema.ts",
		"./lib/catalog/schema/target-check-schema.ts",
	],
	out: "./drizzle",
	casing: "snake_case",
});
