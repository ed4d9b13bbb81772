import { type ClassicVariable, writeClassic } from "./netcdf.ts";

/** Its EO ID. */
export const sentinel3Name =
	"S3A_OL_1_EFR____20230615T103045_20230615T104015_20230616T103045_0350_078_108_1980_LN3_O_ST_002";

const pixels = (attributes: ClassicVariable["attributes"], value: (x: number, y: number) => number) =>
	({
		type: "double",
		dimensions: ["rows", "columns"],
		attributes: attributes ?? {},
		values: Array.from({ length: 96 }, (_, index) => value(index % 12, Math.floor(index / 12))),
	}) as const;

export const sentinel3File = (variables: Readonly<Record<string, ClassicVariable>>, [columns, rows] = [12, 8]) =>
	writeClassic({ dimensions: { rows: rows ?? 8, columns: columns ?? 12 }, variables });
export const sentinel3Samples = {
	type: "short",
	dimensions: ["rows", "columns"],
	attributes: { _FillValue: [-1] },
} as const;
export const sentinel3Place = (suffix = "") => ({
	[`latitude${suffix}`]: pixels({ units: "degrees_north", standard_name: "latitude" }, (_, y) => 50 - y * 0.1),
	[`longitude${suffix}`]: pixels({ units: "degrees_east", standard_name: "longitude" }, (x) => 10 + x * 0.1),
});

/** For tests: a product of these files by name; a measurement begins with an asterisk. */
export function sentinel3Product(files: Readonly<Record<string, Uint8Array>>) {
	const plain = Object.entries(files).map(([path, bytes], index) => ({
		path: path.replace("*", ""),
		bytes,
		id: `id${index}`,
		isMeasurement: path.startsWith("*"),
	}));
	const units = plain.map(
		({ id, isMeasurement }) =>
			`<xfdu:contentUnit unitType="${isMeasurement ? "Measurement" : "Annotation"} Data Unit"><dataObjectPointer dataObjectID="${id}"/></xfdu:contentUnit>`,
	);
	const objects = plain.map(
		({ path, bytes, id }) =>
			`<dataObject ID="${id}"><byteStream size="${bytes.length}"><fileLocation locatorType="URL" href="./${path}"/></byteStream></dataObject>`,
	);
	const safe = "http://www.esa.int/safe/sentinel";
	const metadata = [
		"<s:acquisitionPeriod><s:startTime>2023-06-15T10:30:45.123456Z</s:startTime><s:stopTime>2023-06-15T10:40:15Z</s:stopTime></s:acquisitionPeriod>",
		'<s:frameSet><s:footPrint srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><g:posList>50 10 50 11 49 11 49 10 50 10</g:posList></s:footPrint></s:frameSet>',
		`<s3:generalProductInformation><s3:productName>${sentinel3Name}.SEN3</s3:productName></s3:generalProductInformation>`,
	].map((data) => `<metadataObject><metadataWrap><xmlData>${data}</xmlData></metadataWrap></metadataObject>`);
	const text = `<?xml version="1.0" encoding="UTF-8"?>
<xfdu:XFDU xmlns:xfdu="urn:ccsds:schema:xfdu:1" xmlns:s="${safe}/1.1" xmlns:g="http://www.opengis.net/gml" xmlns:s3="${safe}/sentinel-3/1.0">
<informationPackageMap><xfdu:contentUnit>${units.join("")}</xfdu:contentUnit></informationPackageMap>
<metadataSection>${metadata.join("")}</metadataSection>
<dataObjectSection>${objects.join("")}</dataObjectSection></xfdu:XFDU>`;
	const members = Object.fromEntries(plain.map(({ path, bytes }) => [path, bytes]));
	return { manifest: new TextEncoder().encode(text), members };
}

export const olciProduct = sentinel3Product({
	"*Oa01_radiance.nc": sentinel3File({ Oa01_radiance: sentinel3Samples }),
	"*Oa02_radiance.nc": sentinel3File({ Oa02_radiance: { ...sentinel3Samples, type: "int" } }),
	"geo_coordinates.nc": sentinel3File(sentinel3Place()),
	"qualityFlags.nc": sentinel3File({ quality_flags: sentinel3Samples }),
	"tie_geometries.nc": sentinel3File({ SZA: sentinel3Samples }, [4, 8]),
});
