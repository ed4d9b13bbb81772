/** Documents as petascope 10 writes them, for the stand-in of tests. */

export interface StandInCoverage {
	/** The `wcs:CoverageDescription` element. */
	description: string;
	subtype: string;
	sizeInBytes: number;
	/** The server lists it, but fails to describe it. */
	broken?: boolean;
}

export function capabilitiesXml(coverages: ReadonlyMap<string, StandInCoverage>): string {
	const summaries = [...coverages].map(
		([id, { subtype, sizeInBytes }]) => `
		<wcs20:CoverageSummary>
			<wcs20:CoverageId>${id}</wcs20:CoverageId>
			<wcs20:CoverageSubtype>${subtype}</wcs20:CoverageSubtype>
			<ows:WGS84BoundingBox><ows:LowerCorner>11 46</ows:LowerCorner><ows:UpperCorner>12 47</ows:UpperCorner></ows:WGS84BoundingBox>
			<ows:BoundingBox crs="http://localhost:8080/def/crs-compound?1=http://localhost:8080/def/crs/OGC/0/AnsiDate&amp;2=http://localhost:8080/def/crs/EPSG/0/4326" dimensions="3">
				<ows:LowerCorner>"2006-08-16T09:09:29.000Z" 46 11</ows:LowerCorner><ows:UpperCorner>"2006-08-30T10:13:06.000Z" 47 12</ows:UpperCorner>
			</ows:BoundingBox>
			<ows:AdditionalParameters>
				<ows:AdditionalParameter><ows:Name>sizeInBytes</ows:Name><ows:Value>${sizeInBytes}</ows:Value></ows:AdditionalParameter>
				<ows:AdditionalParameter><ows:Name>axisList</ows:Name><ows:Value>ansi,Lat,Long</ows:Value></ows:AdditionalParameter>
			</ows:AdditionalParameters>
		</wcs20:CoverageSummary>`,
	);
	return `<wcs20:Capabilities version="2.1.0" xmlns:wcs20="http://www.opengis.net/wcs/2.0" xmlns:ows="http://www.opengis.net/ows/2.0" xmlns:xlink="http://www.w3.org/1999/xlink">
	<ows:ServiceIdentification><ows:Title>rasdaman</ows:Title><ows:ServiceType>OGC WCS</ows:ServiceType></ows:ServiceIdentification>
	<wcs20:ServiceMetadata><wcs20:formatSupported>image/tiff</wcs20:formatSupported></wcs20:ServiceMetadata>
	<wcs20:Contents>${summaries.join("")}</wcs20:Contents>
</wcs20:Capabilities>`;
}

interface CoverageFacts {
	readonly id: string;
	/** Degrees: south, west, north, east. */
	readonly box: readonly [number, number, number, number];
	/** Pixels: latitude, longitude. */
	readonly size: readonly [number, number];
	/** First and last instant of an irregular time axis; without: the coverage has none. */
	readonly times?: readonly [string, string];
	/** Within `gmlcov:Extension`. */
	readonly metadata?: string;
}

/** A coverage in EPSG:4326, latitude first, as CIS 1.0 (GML). */
export function coverageOf({ id, box, size, times, metadata = "" }: CoverageFacts): StandInCoverage {
	const [south, west, north, east] = box;
	const [lines, pixels] = size;
	const [dy, dx] = [(north - south) / lines, (east - west) / pixels];
	const epsg = "http://localhost:8080/def/crs/EPSG/0/4326";
	const crs = times
		? `http://localhost:8080/def/crs-compound?1=http://localhost:8080/def/crs/OGC/0/AnsiDate&amp;2=${epsg}`
		: epsg;
	const [from, to] = times?.map((time) => `"${time}" `) ?? ["", ""];
	const zero = times ? "0 " : "";
	const [labels, dimension] = times ? ["ansi Lat Long", 3] : ["Lat Long", 2];
	const subtype = times ? "ReferenceableGridCoverage" : "RectifiedGridCoverage";
	const limits = `<gml:limits><gml:GridEnvelope><gml:low>${zero}0 0</gml:low><gml:high>${times ? "1 " : ""}${lines - 1} ${pixels - 1}</gml:high></gml:GridEnvelope></gml:limits>
			<gml:axisLabels>${labels}</gml:axisLabels>`;
	const origin = `<gml:Point gml:id="${id}-origin" srsName="${crs}"><gml:pos>${from}${north - dy / 2} ${west + dx / 2}</gml:pos></gml:Point>`;
	const axis = (
		label: string,
		offset: string,
		coefficients: string,
	) => `<gmlrgrid:generalGridAxis><gmlrgrid:GeneralGridAxis>
				<gmlrgrid:offsetVector srsName="${crs}">${offset}</gmlrgrid:offsetVector><gmlrgrid:coefficients>${coefficients}</gmlrgrid:coefficients>
				<gmlrgrid:gridAxesSpanned>${label}</gmlrgrid:gridAxesSpanned><gmlrgrid:sequenceRule axisOrder="+1">Linear</gmlrgrid:sequenceRule>
			</gmlrgrid:GeneralGridAxis></gmlrgrid:generalGridAxis>`;
	const grid = times
		? `<gmlrgrid:ReferenceableGridByVectors dimension="3" gml:id="${id}-grid">${limits}<gmlrgrid:origin>${origin}</gmlrgrid:origin>
			${axis("ansi", "1 0 0", `${from}${to}`.trim())}${axis("Lat", `0 -${dy} 0`, "")}${axis("Long", `0 0 ${dx}`, "")}</gmlrgrid:ReferenceableGridByVectors>`
		: `<gml:RectifiedGrid dimension="2" gml:id="${id}-grid">${limits}<gml:origin>${origin}</gml:origin>
			<gml:offsetVector srsName="${crs}">-${dy} 0</gml:offsetVector><gml:offsetVector srsName="${crs}">0 ${dx}</gml:offsetVector></gml:RectifiedGrid>`;
	const description = `<wcs:CoverageDescription gml:id="${id}" xmlns:wcs="http://www.opengis.net/wcs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"
		xmlns:gmlcov="http://www.opengis.net/gmlcov/1.0" xmlns:gmlrgrid="http://www.opengis.net/gml/3.3/rgrid" xmlns:swe="http://www.opengis.net/swe/2.0" xmlns:rasdaman="http://www.rasdaman.org">
		<gml:boundedBy><gml:Envelope srsName="${crs}" axisLabels="${labels}" uomLabels="${times ? "d " : ""}degree degree" srsDimension="${dimension}">
			<gml:lowerCorner>${from}${south} ${west}</gml:lowerCorner><gml:upperCorner>${to}${north} ${east}</gml:upperCorner></gml:Envelope></gml:boundedBy>
		<wcs:CoverageId>${id}</wcs:CoverageId>
		<gmlcov:metadata><gmlcov:Extension>${metadata}</gmlcov:Extension></gmlcov:metadata>
		<gml:domainSet>${grid}</gml:domainSet>
		<gmlcov:rangeType><swe:DataRecord><swe:field name="radiance"><swe:Quantity definition="http://www.opengis.net/def/dataType/OGC/0/float32">
			<swe:label>radiance</swe:label><swe:nilValues><swe:NilValues><swe:nilValue reason="">-9999</swe:nilValue></swe:NilValues></swe:nilValues><swe:uom code="10^0"/>
		</swe:Quantity></swe:field></swe:DataRecord></gmlcov:rangeType>
		<wcs:ServiceParameters><wcs:CoverageSubtype>${subtype}</wcs:CoverageSubtype><wcs:nativeFormat>application/octet-stream</wcs:nativeFormat></wcs:ServiceParameters>
	</wcs:CoverageDescription>`;
	return { description, subtype, sizeInBytes: lines * pixels * 4 * (times ? 2 : 1) };
}
