import { RejectedError } from "#lib/errors.ts";
import type { XmlMetadataReader } from "#lib/metadata/metadata.ts";
import { readObservation } from "./eo-om.ts";

/**
 * The report of the GSC Data Access system (GMES Space Component), as EOxServer reads it: `report` of ESA's `gsc`
 * namespace around `opt_metadata`, `sar_metadata` or `atm_metadata`, each an observation with the fields of EO-O&M 1.x
 * (OGC 06-080r4). Source: `eoxserver/resources/coverages/metadata/utils/gsc.py`. Everything EO-O&M has is read, not only
 * identifier, times and footprint as there.
 */
export const gscReport: XmlMetadataReader = {
	format: "GSC report",
	kind: "xml",
	recognises: ({ namespace, name }) => name === "report" && namespace === "http://earth.esa.int/gsc",
	read: (report, options) => {
		const observations = report.children.filter(({ name }) => observationNames.includes(name));
		const [observation] = observations;
		if (observation === undefined || observations.length > 1) {
			const count = `it has ${observations.length} of ${observationNames.join(", ")}`;
			throw new RejectedError("invalid-metadata", `${count}; a report about one observation has exactly one`);
		}
		return readObservation(observation, options);
	},
};

const observationNames = ["opt_metadata", "sar_metadata", "atm_metadata"];
