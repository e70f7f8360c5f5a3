import { type CredentialRegion, type Marketplace, marketplaceIn, marketplaces } from '@souk/amazon';
import { z } from 'zod';

/** Credential versions of the Creators API: the digit after the point is where they are valid. */
export const credentialVersions = ['2.1', '2.2', '2.3', '3.1', '3.2', '3.3'] as const;
export type CredentialVersion = (typeof credentialVersions)[number];

const regions: Readonly<Record<string, CredentialRegion>> = { '1': 'NA', '2': 'EU', '3': 'FE' };
export const regionOf = (version: CredentialVersion): CredentialRegion => regions[version.at(-1)!]!;

const countries = marketplaces.map(({ country }) => country).join(', ');

/** One marketplace with one credential. */
export const AmazonConfig = z
  .object({
    /** Country of the marketplace: `IN`, `US`, `GB` … */
    marketplace: z
      .string()
      .refine((country) => marketplaceIn(country) !== undefined, `must be one of ${countries}`),
    credentialVersion: z.enum(credentialVersions),
    clientId: z.string().min(1).max(500),
    clientSecret: z.string().min(1).max(500),
    /** The Associates tag that links are credited to, such as `souk-21`. */
    partnerTag: z.string().regex(/^[\w-]{1,128}$/, 'is no partner tag such as "souk-21"'),
    /** Other addresses than Amazon's, for a sandbox. */
    apiUrl: z.url({ protocol: /^https?$/ }).default('https://creatorsapi.amazon'),
    tokenUrl: z.url({ protocol: /^https?$/ }).optional(),
  })
  .superRefine(({ marketplace, credentialVersion }, context) => {
    const region = marketplaceIn(marketplace)?.region;
    if (region === undefined || region === regionOf(credentialVersion)) return;
    const fitting = credentialVersions.filter((version) => regionOf(version) === region);
    const message = `is not valid in ${marketplace}: credentials of that region have version ${fitting.join(' or ')}`;
    context.addIssue({ code: 'custom', path: ['credentialVersion'], message });
  });
export type AmazonConfig = z.infer<typeof AmazonConfig>;

/** The marketplace of settings that were checked. */
export const marketplaceOf = (config: AmazonConfig): Marketplace => marketplaceIn(config.marketplace)!;
