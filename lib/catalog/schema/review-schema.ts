import { index, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { users } from "./access-schema.ts";
import { instant, reference } from "./columns.ts";
import { runs } from "./run-schema.ts";

/** The folders of a run that a user has seen through. They go with the run's changes (`jobs/upkeep/purge.ts`), its row or the user. */
export const viewedFolders = pgTable(
	"viewed_folders",
	{
		runId: reference()
			.notNull()
			.references(() => runs.id, { onDelete: "cascade" }),
		userId: text()
			.notNull()
			.references(() => users.id, { onDelete: "cascade" }),
		directory: text().notNull(),
		viewedAt: instant().notNull().defaultNow(),
	},
	(table) => [
		primaryKey({ columns: [table.runId, table.userId, table.directory] }),
		index("viewed_folders_user").on(table.userId),
	],
);
