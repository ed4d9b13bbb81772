import { z } from "zod";
import { datasetSearchShape } from "#lib/catalog/search/dataset-query.ts";
import { findUnstorable } from "#lib/catalog/storable.ts";

/** What an address asks for, as far as the database can be asked for it. */
export const storableSearch = z
	.object(datasetSearchShape)
	.refine((asked) => findUnstorable(asked) === null, "The search holds characters that no text can hold");
