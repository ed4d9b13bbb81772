// Makes many synthetic items in the dev database and times the handlers.
import { openDatabase } from "#lib/catalog/database/database.ts";
import { openTestStac } from "#lib/stac/testing/stac-api.ts";
import { createTestDatabase } from "#lib/catalog/testing/test-database.ts";
