import type { KubernetesObject } from '../../objects/resource.ts';

/** An object that a platform applies, and the file that has it. */
export interface Manifest {
  /** From the root of the repository: `package/install/hub/auditor.yaml`. */
  file: string;
  object: KubernetesObject;
  /** The Deployment that mounts it, by a name that Kustomize ends with a hash of its content: the object's name has none. */
  mountedBy?: string;
}

/** Objects that a platform applies together, or not at all. */
export interface InstallationPart {
  /** Its folder: `package/install/monitoring`. */
  folder: string;
  manifests: readonly Manifest[];
}

/** `spec` of a Configuration's crossplane.yaml (meta.pkg.crossplane.io/v1). */
export interface PackageRequirements {
  crossplane: { version: string };
  dependsOn: { apiVersion: string; kind: string; package: string; version: string }[];
}
