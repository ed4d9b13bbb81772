import { gzipSync, zstdCompressSync } from "node:zlib";

type Files = Readonly<Record<string, string | Uint8Array>>;

export const doubles = (values: readonly number[], little = true) => {
	const view = new DataView(new ArrayBuffer(values.length * 8));
	values.forEach((value, i) => {
		view.setFloat64(i * 8, value, little);
	});
	return new Uint8Array(view.buffer);
};
export const lon = [10, 10.5, 11, 11.5];
export const lat = [50, 49, 48];
export const time = [0, 24];
export const units = {
	lon: { units: "degrees_east" },
	lat: { units: "degrees_north" },
	time: { units: "hours since 2006-08-16 12:00:00" },
};

export const array2 = (shape: readonly number[], chunks: readonly number[], more: object = {}) => ({
	zarr_format: 2,
	shape,
	chunks,
	dtype: "<f8",
	order: "C",
	fill_value: null,
	filters: null,
	compressor: null,
	...more,
});
export const version2: Readonly<Record<string, object>> = {
	".zgroup": { zarr_format: 2 },
	".zattrs": { title: "x" },
	"lon/.zarray": array2([4], [3], { compressor: { id: "gzip", level: 1 } }),
	"lon/.zattrs": { _ARRAY_DIMENSIONS: ["lon"], ...units.lon },
	"lat/.zarray": array2([3], [3], { dtype: ">f8", compressor: { id: "zstd", level: 1 } }),
	"lat/.zattrs": { _ARRAY_DIMENSIONS: ["lat"], ...units.lat },
	"time/.zarray": array2([2], [2]),
	"time/.zattrs": { _ARRAY_DIMENSIONS: ["time"], ...units.time },
	"sst/.zarray": array2([2, 3, 4], [1, 3, 4], { dtype: "<i2", fill_value: -99, compressor: { id: "blosc" } }),
	"sst/.zattrs": { _ARRAY_DIMENSIONS: ["time", "lat", "lon"] },
};
export const chunks2: Files = {
	"lon/0": gzipSync(doubles(lon.slice(0, 3))),
	"lon/1": gzipSync(doubles([11.5, 0, 0])),
	"lat/0": zstdCompressSync(doubles(lat, false)),
	"time/0": doubles(time),
};
export const consolidated = (metadata: object): Files => ({
	...chunks2,
	".zmetadata": JSON.stringify({ metadata, zarr_consolidated_format: 1 }),
});
export const asFiles = (documents: Readonly<Record<string, object>>): Files =>
	Object.fromEntries(Object.entries(documents).map(([path, document]) => [path, JSON.stringify(document)]));
