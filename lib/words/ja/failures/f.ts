import type { Phrases } from '../../say.ts'

/** F. The client's side: what failures are called, what is seen of them, how they are proven and cured. */
export const FAILURES_F: Phrases = {
  'The client’s side: DNS works, but some pods do not ask it, or ask it in the wrong way.':
    'クライアント側: DNSは動いているが、一部のPodが問い合わせていないか、誤った方法で問い合わせている。',

  // F1
  'kubelet names another DNS address': 'kubeletが別のDNSアドレスを指定している',
  'Lookups from pods of a worker time out, while asking kube-dns by its address works.':
    'ワーカーのPodからの名前解決はタイムアウトするが、kube-dnsのアドレスを指定すれば成功する。',
  'clusterDNS in the kubelet’s running configuration is not the address of kube-dns.':
    '動作中のkubeletの設定のclusterDNSが、kube-dnsのアドレスではない。',
  'Correct clusterDNS, restart the kubelet, and recreate the worker’s pods.':
    'clusterDNSを直してkubeletを再起動し、ワーカーのPodを作り直す。',

  // F2
  'kubelet without clusterDNS': 'kubeletにclusterDNSがない',
  'Pods of a worker resolve names of the internet, but none of the cluster.':
    'ワーカーのPodで、インターネットの名前は解決できるが、クラスターの名前は解決できない。',
  'The kubelet’s running configuration has no clusterDNS.':
    '動作中のkubeletの設定にclusterDNSがない。',
  'Set clusterDNS, restart the kubelet, and recreate the worker’s pods.':
    'clusterDNSを設定してkubeletを再起動し、ワーカーのPodを作り直す。',

  // F3
  'Pod asks its host’s DNS': 'PodがホストのDNSに問い合わせている',
  'One pod finds no name of the cluster, while others on the same worker do.':
    '1つのPodだけがクラスターの名前を見つけられず、同じワーカーのほかのPodは見つけられる。',
  'The pod’s dnsPolicy is Default, or it is on its host’s network with ClusterFirst.':
    'PodのdnsPolicyがDefaultである。またはホストネットワークでClusterFirstになっている。',
  'Use dnsPolicy ClusterFirst, or ClusterFirstWithHostNet on the host’s network.':
    'dnsPolicyをClusterFirstにする。ホストネットワークではClusterFirstWithHostNetにする。',

  // F4
  'Host resolv.conf missing': 'ホストのresolv.confがない',
  'The kubelet’s event names the resolv.conf that it could not open.':
    'kubeletのイベントに、開けなかったresolv.confの名前が出る。',
  'Let resolvConf in the kubelet’s configuration name a file that exists, and restart the kubelet.':
    'kubeletの設定のresolvConfに存在するファイルを指定し、kubeletを再起動する。',

  // F5
  'Too many lines in the host’s resolv.conf': 'ホストのresolv.confの行が多すぎる',
  'A pod’s resolv.conf lacks servers or search domains.':
    'Podのresolv.confに、サーバーまたは検索ドメインが足りない。',
  'The kubelet’s event DNSConfigForming about that pod.':
    'そのPodについてのkubeletのイベントDNSConfigForming。',
  'Shorten the worker’s resolv.conf to three servers, or name another file as resolvConf.':
    'ワーカーのresolv.confのサーバーを3つまでに減らすか、resolvConfに別のファイルを指定する。',

  // F6
  'Search domain of the host answers for every name': 'ホストの検索ドメインがどの名前にも応答する',
  'Names of the cluster in full, and of the internet, lead to one and the same address; with a dot at their end they are right.':
    'クラスターの完全な名前やインターネットの名前が、どれも同じアドレスになる。末尾にドットを付けると正しい。',
  'A pod’s resolv.conf goes on with domains of its host, and a name in full leads to another address than it should.':
    'Podのresolv.confの検索リストにホストのドメインが続いていて、完全な名前が違うアドレスになる。',
  'Have the kubelet read a resolv.conf without these domains, and make the worker’s pods again.':
    'それらのドメインのないresolv.confをkubeletに読ませ、ワーカーのPodを作り直す。',

  // F12
  'Probe pod has ended': 'プローブのPodが終了している',
  'Nothing can be asked from busybox or a probe any more: exec fails.':
    'busyboxまたはプローブから問い合わせができなくなる。execが失敗する。',
  'The pod’s phase is Succeeded or Failed.': 'PodのphaseがSucceededまたはFailedである。',
  'Delete the pod and run again: that creates a new one.':
    'Podを削除してもう一度実行する。新しいPodが作られる。',

  // F13
  'Probe pod not there': 'プローブのPodがない',
  'Nothing can be asked from busybox or a probe any more: exec says "not found".':
    'busyboxまたはプローブから何も問い合わせできなくなる。execが「not found」になる。',
  'No pod has the label by which it is found.': 'それを見つけるためのラベルを持つPodがない。',
  'Run again: that creates it.': 'もう一度実行する。それが作成する。',
}
