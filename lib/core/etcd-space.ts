/** The words of etcd, in its health and its refusals (etcd.io, "Maintenance", space quota). */
export const ETCD_FULL = /ALARM NOSPACE|mvcc: database space exceeded/

/** What etcd's own manual has against it: old revisions go, their room is given back, and writes are taken again. */
export const MAKE_ROOM = [
  `etcdctl compact $(etcdctl endpoint status --write-out=json | grep -o '"revision":[0-9]*' | head -n 1 | cut -d: -f2)`,
  'etcdctl defrag --cluster',
  'etcdctl alarm disarm',
].join('; ')

export const NO_ROOM =
  'etcd takes no writes: its database has reached its quota, --quota-backend-bytes'
