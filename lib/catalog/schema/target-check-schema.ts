import { foreignKey, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { reference } from "./columns.ts";
import { targetDifferences } from "./target-schema.ts";

/**
 * Where the files of coverages are that a check found foreign, as far as they are in one of our storages: so it can be looked whether they are
 * there, and containers can be offered for their folders.
 */
export const targetForeignFiles = pgTable(
	"target_foreign_files",
	{
		pushId: reference().notNull(),
		/** The difference's. */
		number: integer().notNull(),
		/** It may be gone since. */
		storageId: reference().notNull(),
		/** Below the storage's root; `""`: the root. */
		directory: text().notNull(),
		/** Base name of the data file. */
		name: text().notNull(),
		/** Base names of the metadata files in the same folder. */
		metadata: text().array().notNull(),
		/** Identifiers of the series and mosaics there that it is in. */
		collections: text().array().notNull(),
	},
	(table) => [
		primaryKey({ columns: [table.pushId, table.number] }),
		index("target_foreign_files_folder").on(table.pushId, table.storageId, table.directory, table.number),
		foreignKey({
			name: "target_foreign_files_difference",
			columns: [table.pushId, table.number],
			foreignColumns: [targetDifferences.pushId, targetDifferences.number],
		}).onDelete("cascade"),
	],
);
