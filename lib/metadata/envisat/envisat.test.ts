import { expect, test } from "vitest";
import { metadataOfGdal, parseGdalMetadata } from "#lib/metadata/documents/gdal-metadata.ts";
import { envisatInstant, envisatMetadata } from "./envisat.ts";

test("the headers of a MERIS product", () => {
	const items = {
		MPH_PRODUCT: "MER_FRS_1PNPDE20060816_090929_000001972050_00222_23322_0058.N1",
		MPH_SENSING_START: "16-AUG-2006 09:09:29.123456",
		MPH_SENSING_STOP: "16-AUG-2006 09:12:46.000000",
		MPH_PROC_TIME: "17-AUG-2006 01:02:03.000000",
		MPH_ABS_ORBIT: "+23322",
		MPH_REL_ORBIT: "+00222",
		MPH_CYCLE: "+050",
		MPH_ACQUISITION_STATION: "PDHS-E              ",
		MPH_SOFTWARE_VER: "MERIS/5.02    ",
		SPH_SPH_DESCRIPTOR: "Level 1b Full Resolution",
	};
	expect(envisatMetadata(new Map(Object.entries(items)))).toEqual({
		eoId: "MER_FRS_1PNPDE20060816_090929_000001972050_00222_23322_0058",
		begin: "2006-08-16T09:09:29.123Z",
		end: "2006-08-16T09:12:46Z",
		footprint: null,
		properties: {
			platform: "ENVISAT",
			instrument: "MER",
			productType: "MER_FRS_1P",
			operationalMode: "Level 1b Full Resolution",
			acquisitionStation: "PDHS-E",
			processorVersion: "MERIS/5.02",
			orbitNumber: 23322,
			cycleNumber: 50,
			wrsLongitudeGrid: "222",
			processingDate: "2006-08-17T01:02:03Z",
		},
	});
	expect(envisatMetadata(new Map([["MPH_SENSING_START", items.MPH_SENSING_START]]))).toBeNull();
});

test.each([
	["29-FEB-2008 23:59:60", "2008-03-01T00:00:00Z"],
	["29-FEB-2007 00:00:00", null],
	["01-XYZ-2007 00:00:00", null],
	["2007-01-01 00:00:00", null],
])("%s is %s", (text, instant) => {
	expect(envisatInstant(text)).toBe(instant);
});

test("in a TIFF of GDAL's they give EO ID and times, and fields without another name keep their own", () => {
	const item = (name: string, text: string) => `<Item name="${name}">${text}</Item>`;
	const header = item("MPH_PRODUCT", "ASA_IMP_1P.N1") + item("MPH_SENSING_START", "16-AUG-2006 09:09:29.0");
	const gdal = parseGdalMetadata(`<GDALMetadata>${header}${item("SPH_LINE_LENGTH", "1121")}</GDALMetadata>`);
	expect(metadataOfGdal(gdal, "2010:01:01 00:00:00", "Europe/Vienna")).toMatchObject({
		eoId: "ASA_IMP_1P",
		begin: "2006-08-16T09:09:29Z",
		end: null,
		properties: { platform: "ENVISAT", instrument: "ASA", SPH_LINE_LENGTH: 1121 },
	});
});
