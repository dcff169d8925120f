/**
 * Short codes for the names that fill field sets, as they are stored. The list may only grow at its end: what is stored
 * names its fields by their places in it.
 */
const names = `
metadata spec status name namespace labels annotations finalizers ownerReferences generateName
containers image imagePullPolicy resources terminationMessagePath terminationMessagePolicy env value valueFrom envFrom
ports containerPort protocol hostPort volumeMounts mountPath readOnly subPath command args
workingDir livenessProbe readinessProbe startupProbe httpGet path port scheme failureThreshold initialDelaySeconds
periodSeconds successThreshold timeoutSeconds exec tcpSocket securityContext lifecycle limits requests cpu
memory dnsPolicy enableServiceLinks restartPolicy schedulerName serviceAccount serviceAccountName terminationGracePeriodSeconds volumes tolerations
affinity nodeAffinity podAffinity podAntiAffinity nodeSelector nodeName hostNetwork initContainers ephemeralContainers imagePullSecrets
configMap secret emptyDir hostPath projected sources persistentVolumeClaim claimName defaultMode items
key optional configMapKeyRef secretKeyRef fieldRef fieldPath serviceAccountToken downwardAPI preemptionPolicy priority
replicas selector matchLabels template strategy rollingUpdate maxSurge maxUnavailable progressDeadlineSeconds revisionHistoryLimit
updateStrategy type minReadySeconds podManagementPolicy serviceName volumeClaimTemplates completions parallelism backoffLimit completionMode
schedule jobTemplate concurrencyPolicy suspend successfulJobsHistoryLimit failedJobsHistoryLimit clusterIP clusterIPs internalTrafficPolicy ipFamilies
ipFamilyPolicy sessionAffinity externalTrafficPolicy targetPort nodePort data stringData binaryData immutable rules
roleRef subjects apiGroups verbs conditions lastTransitionTime lastProbeTime lastHeartbeatTime reason message
observedGeneration phase podIP podIPs ip hostIP hostIPs startTime containerStatuses initContainerStatuses
qosClass addresses capacity allocatable nodeInfo images volumesInUse volumesAttached availableReplicas readyReplicas
updatedReplicas fullyLabeledReplicas unavailableReplicas collisionCount currentNumberScheduled desiredNumberScheduled numberAvailable numberMisscheduled numberReady numberUnavailable
updatedNumberScheduled currentReplicas currentRevision updateRevision uid controller blockOwnerDeletion apiVersion kind active
succeeded failed ready completionTime lastScheduleTime lastSuccessfulTime expectedPods currentHealthy desiredHealthy disruptionsAllowed
accessModes storageClassName volumeMode volumeName persistentVolumeReclaimPolicy claimRef local storage provisioner parameters
holderIdentity leaseDurationSeconds renewTime acquireTime leaseTransitions endpoints addressType subsets podCIDR podCIDRs
taints unschedulable allowPrivilegeEscalation capabilities drop add runAsNonRoot runAsUser runAsGroup fsGroup
readOnlyRootFilesystem seccompProfile privileged scaleTargetRef minReplicas maxReplicas metrics behavior minAvailable podSelector
ingress egress policyTypes ingressClassName host http paths pathType backend service
app kubectl.kubernetes.io/last-applied-configuration app.kubernetes.io/name kubernetes.io/metadata.name controller-revision-hash pod-template-hash pod-template-generation
`
  .trim()
  .split(/\s+/);

const codes = new Map(names.map((name, index) => [name, index.toString(36).padStart(2, "0")]));

/** Two characters; undefined for a name that has no code. */
export function codeOfField(name: string): string | undefined {
  return codes.get(name);
}

/** The name itself where the code is nobody's, which only what is damaged has. */
export function fieldOfCode(code: string): string {
  return names[Number.parseInt(code, 36)] ?? code;
}
