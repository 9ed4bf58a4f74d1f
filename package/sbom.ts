import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

/** What is inside of something that is released. */
export interface Inside {
  /** Who calls it so, as package URLs name it: npm, Debian, PyPI, or the Node project. */
  ecosystem: 'npm' | 'deb/debian' | 'pypi' | 'generic';
  name: string;
  version: string;
  /** An SPDX expression; of Debian's packages the copyright file beside them tells. */
  licence?: string;
  /** What tells variants apart, such as `arch`. */
  qualifiers?: Record<string, string>;
  /** Of the file that it came in, as hexadecimal digits. */
  sha256?: string;
}

/**
 * A bill of materials in CycloneDX 1.6 as JSON, the same for the same things: neither the time nor a serial number is in
 * it, which CycloneDX leaves to whoever writes.
 */
export const billOfMaterials = ({
  name,
  version,
  isImage = false,
  inside,
}: {
  name: string;
  version: string;
  isImage?: boolean;
  inside: Inside[];
}): string => {
  const type = isImage ? Enums.ComponentType.Container : Enums.ComponentType.Application;
  const subject = new Models.Component(type, name, { version, bomRef: name });
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: subject }),
    components: new Models.ComponentRepository(inside.map(component)),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));

  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
};

const component = (thing: Inside) => {
  const purl = packageUrl(thing);

  return new Models.Component(Enums.ComponentType.Library, thing.name, {
    version: thing.version,
    purl,
    bomRef: purl,
    ...(thing.licence && { licenses: new Models.LicenseRepository([new Models.LicenseExpression(thing.licence)]) }),
    ...(thing.sha256 && { hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], thing.sha256]]) }),
  });
};

/** As https://github.com/package-url/purl-spec writes it. */
const packageUrl = ({ ecosystem, name, version, qualifiers = {} }: Inside): string => {
  const path = name.split('/').map(encodeURIComponent).join('/');
  const query = Object.entries(qualifiers).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);

  return [`pkg:${ecosystem}/${path}@${encodeURIComponent(version)}`, query.join('&')].filter(Boolean).join('?');
};
