/** The words that volumes and their claims are marked with. */
export const localProvisioner = "bramble.io/local";
export const boardLabel = "bramble.io/board";
/** Kept until the board has removed the volume's directory. */
export const localVolumeFinalizer = "bramble.io/local-volume";
/** Kept while pods use the claim. */
export const claimProtectionFinalizer = "kubernetes.io/pvc-protection";
export const provisionedByAnnotation = "pv.kubernetes.io/provisioned-by";
export const bindCompletedAnnotation = "pv.kubernetes.io/bind-completed";
export const boundByControllerAnnotation = "pv.kubernetes.io/bound-by-controller";
export const defaultClassAnnotation = "storageclass.kubernetes.io/is-default-class";
