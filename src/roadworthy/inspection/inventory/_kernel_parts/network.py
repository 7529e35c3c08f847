"""Parts of the kernel: networks. Columns as in the package's docstring."""
# ruff: noqa: E501 -- one part, one line

from typing import Final

TABLE: Final = """
net/6lowpan | lowpan_* | 6lowpan | 6LOWPAN |
net/8021q | vlan_dev_* vlan_ioctl_handler register_vlan_dev* unregister_vlan_dev* | 8021q | VLAN_8021Q |
net/9p | p9_* v9fs_* | 9pnet | NET_9P |
net/appletalk | atalk_* aarp_* ddp_* | appletalk | ATALK |
net/atm | vcc_* atm_* lec_* lecd_* pppoatm_* clip_* svc_* pvc_* | atm | ATM |
net/ax25 | ax25_* | ax25 | AX25 |
net/batman-adv | batadv_* bat_* hardif_* softif_* mesh_init mesh_free | batman-adv | BATMAN_ADV |
net/bluetooth | bt_sock_* bt_init bt_accept_* hci_* l2cap_* sco_* | bluetooth | BT |
net/bluetooth/bnep | bnep_* | bnep | BT_BNEP | net/bluetooth
net/bluetooth/cmtp | cmtp_* | cmtp | BT_CMTP | net/bluetooth
net/bluetooth/hidp | hidp_* | hidp | BT_HIDP | net/bluetooth
net/bluetooth/rfcomm | rfcomm_* | rfcomm | BT_RFCOMM | net/bluetooth
net/bpf | bpf_prog_test_run* bpf_test_run* | | BPF_SYSCALL | kernel/bpf
net/bridge | br_add_* br_del_* br_fdb_* br_handle_frame* br_stp_* | bridge | BRIDGE |
net/bridge/br_mdb.c | br_mdb_* __br_mdb_* | | BRIDGE_IGMP_SNOOPING |
net/bridge/br_multicast.c | br_multicast_* | | BRIDGE_IGMP_SNOOPING |
net/bridge/br_netfilter.c | br_nf_* br_netfilter_* | br_netfilter | BRIDGE_NETFILTER |
net/bridge/br_vlan.c | br_vlan_* nbp_vlan_* | | BRIDGE_VLAN_FILTERING |
net/bridge/netfilter | ebt_* ebtables_* do_ebt_* | ebtables | BRIDGE_NF_EBTABLES |
net/caif | caif_* cfctrl_* cfcnfg_* cfmuxl_* | caif | CAIF |
net/can | can_send can_rx_* can_create can_rcv can_proto_* | can | CAN |
net/can/bcm.c | bcm_rx_* bcm_tx_* bcm_sendmsg bcm_release | can-bcm | CAN_BCM | net/can
net/can/gw.c | cgw_* | can-gw | CAN_GW | net/can
net/can/isotp.c | isotp_* | can-isotp | CAN_ISOTP | net/can
net/can/j1939 | j1939_* | can-j1939 | CAN_J1939 | net/can
net/can/raw.c | raw_rcv raw_enable_* raw_notify* raw_getname | can-raw | CAN_RAW | net/can
net/ceph | ceph_* | libceph | CEPH_LIB |
net/dcb | dcbnl_* dcb_* | | DCB |
net/dccp | dccp_rcv* dccp_init dccp_v4_* dccp_v6_* dccp_sendmsg dccp_feat_* dccp_set_state dccp_connect dccp_close ccid_* | dccp | IP_DCCP |
net/decnet | dn_* decnet_* | decnet | DECNET |
net/devlink | devlink_* | | NET_DEVLINK |
net/core/devlink.c | devlink_* | devlink | NET_DEVLINK |
net/core/drop_monitor.c | net_dm_* trace_drop_common | drop_monitor | NET_DROP_MONITOR |
net/core/flow_dissector.c | skb_flow_dissect* __skb_flow_dissect* get_rps_cpu flow_hash_from_keys __skb_get_rxhash __skb_get_hash | | |
net/core/pktgen.c | pktgen_* pg_net_* | pktgen | NET_PKTGEN |
net/core/sock_diag.c | sock_diag_* diag_net_* | | |
net/core/sock_map.c | sock_map_* sock_hash_alloc* sock_hash_update* | | BPF_STREAM_PARSER NET_SOCK_MSG |
net/core/skmsg.c | sk_msg_* sk_psock_* | | NET_SOCK_MSG |
net/core/netpoll.c | netpoll_* | | NETPOLL |
net/core/xdp.c | xdp_* __xdp_* | | |
net/core/lwtunnel.c | lwtunnel_* | | LWTUNNEL |
net/core/dst_cache.c | dst_cache_* | | DST_CACHE |
net/dns_resolver | dns_query dns_resolver_* | dns_resolver | DNS_RESOLVER |
net/dsa | dsa_* | dsa_core | NET_DSA |
net/econet | econet_* ec_queue_* aun_* | econet | ECONET |
net/ethtool | ethnl_* ethtool_notify | | ETHTOOL_NETLINK |
net/hsr | hsr_* | hsr | HSR |
net/ieee802154 | ieee802154_* wpan_phy_* dgram_802154* | ieee802154 af_802154 ieee802154_socket | IEEE802154 |
net/mac802154 | mac802154_* ieee802154_rx* | mac802154 | MAC802154 | net/ieee802154
net/ife | ife_encode ife_decode ife_tlv_* | ife | NET_IFE |
net/ipx | ipx_* ipxrtr_* ipxitf_* | ipx | IPX |
net/irda | irda_* irlap_* irlmp_* irttp_* iriap_* hashbin_* ircomm_* irlan_* | irda | IRDA |
net/iucv | iucv_* afiucv_* | af_iucv iucv | IUCV AFIUCV |
net/kcm | kcm_* | kcm | AF_KCM |
net/key | pfkey_* | af_key | NET_KEY |
net/l2tp | l2tp_* pppol2tp_* | l2tp_core l2tp_ppp l2tp_ip l2tp_ip6 l2tp_eth l2tp_netlink pppol2tp | L2TP PPPOL2TP |
net/lapb | lapb_* | lapb | LAPB |
net/llc/af_llc.c | llc_ui_* llc_conn_* llc_sk_* | llc2 | LLC2 |
net/llc/llc_conn.c | llc_conn_* llc_sk_* | llc2 | LLC2 |
net/llc/llc_sap.c | llc_sap_state_process llc_sap_rtn_pdu llc_sap_save_pending* llc_conn_* llc_sk_* | llc2 | LLC2 |
net/llc/sysctl_net_llc.c | llc_ui_* llc_conn_* llc_sysctl_* | llc2 | LLC2 |
net/mac80211 | ieee80211_rx* ieee80211_tx* ieee80211_alloc_hw* ieee80211_register_hw sta_info_* mesh_* | mac80211 | MAC80211 |
net/mctp | mctp_* | mctp | MCTP |
net/mpls | mpls_* | mpls_router | MPLS |
net/mptcp | mptcp_* __mptcp_* | | MPTCP |
net/ncsi | ncsi_* | | NET_NCSI |
net/netlabel | netlbl_* | | NETLABEL |
net/netrom | nr_rx_* nr_route_* nr_neigh_* nr_node_* nr_add_* nr_insert_socket nr_create nr_bind nr_transmit_* nr_t1timer* nr_sendmsg | netrom | NETROM |
net/nfc | nfc_* nci_* llcp_* rawsock_* | nfc | NFC |
net/nsh | nsh_* | nsh | NET_NSH |
net/openvswitch | ovs_* | openvswitch | OPENVSWITCH |
net/phonet | phonet_* pn_* pep_* gprs_* | phonet | PHONET |
net/psample | psample_* | psample | PSAMPLE |
net/qrtr | qrtr_* | qrtr | QRTR |
net/rds | rds_* | rds | RDS |
net/rfkill | rfkill_* | rfkill | RFKILL |
net/rose | rose_* | rose | ROSE |
net/rxrpc | rxrpc_* rxkad_* | rxrpc af-rxrpc | AF_RXRPC |
net/sched | register_qdisc qdisc_create* tc_modify_qdisc tcf_* | | NET_SCHED |
net/sched/act_api.c | tcf_action_* tc_ctl_action tcf_hash_* tcf_idr_* | | NET_CLS_ACT |
net/sched/act_bpf.c | tcf_bpf* | act_bpf | NET_ACT_BPF |
net/sched/act_connmark.c | tcf_connmark* | act_connmark | NET_ACT_CONNMARK |
net/sched/act_csum.c | tcf_csum* | act_csum | NET_ACT_CSUM |
net/sched/act_ct.c | tcf_ct_* | act_ct | NET_ACT_CT |
net/sched/act_gact.c | tcf_gact* gact_* | act_gact | NET_ACT_GACT |
net/sched/act_ife.c | tcf_ife* | act_ife | NET_ACT_IFE |
net/sched/act_ipt.c | tcf_ipt* ipt_init_target ipt_destroy_target | act_ipt | NET_ACT_IPT |
net/sched/act_mirred.c | tcf_mirred* mirred_* | act_mirred | NET_ACT_MIRRED |
net/sched/act_mpls.c | tcf_mpls* | act_mpls | NET_ACT_MPLS |
net/sched/act_nat.c | tcf_nat* nat_init_module nat_cleanup_module | act_nat | NET_ACT_NAT |
net/sched/act_pedit.c | tcf_pedit* pedit_* | act_pedit | NET_ACT_PEDIT |
net/sched/act_police.c | tcf_act_police* tcf_police* tcf_generic_walker_police police_init_module | act_police | NET_ACT_POLICE |
net/sched/act_sample.c | tcf_sample* | act_sample | NET_ACT_SAMPLE |
net/sched/act_simple.c | tcf_simp* simp_init_module alloc_defdata realloc_defdata | act_simple | NET_ACT_SIMP |
net/sched/act_skbedit.c | tcf_skbedit* skbedit_* | act_skbedit | NET_ACT_SKBEDIT |
net/sched/act_skbmod.c | tcf_skbmod* | act_skbmod | NET_ACT_SKBMOD |
net/sched/act_tunnel_key.c | tcf_tunnel_key* tunnel_key_* | act_tunnel_key | NET_ACT_TUNNEL_KEY |
net/sched/act_vlan.c | tcf_vlan* | act_vlan | NET_ACT_VLAN |
net/sched/cls_basic.c | basic_classify basic_init basic_change | cls_basic | NET_CLS_BASIC |
net/sched/cls_bpf.c | cls_bpf_* | cls_bpf | NET_CLS_BPF |
net/sched/cls_cgroup.c | cls_cgroup_* cgrp_* | cls_cgroup | NET_CLS_CGROUP |
net/sched/cls_flow.c | flow_classify flow_change flow_init flow_key_get | cls_flow | NET_CLS_FLOW |
net/sched/cls_flower.c | fl_classify fl_change fl_init fl_set_key* | cls_flower | NET_CLS_FLOWER |
net/sched/cls_fw.c | fw_classify fw_change fw_init | cls_fw | NET_CLS_FW |
net/sched/cls_matchall.c | mall_* | cls_matchall | NET_CLS_MATCHALL |
net/sched/cls_route.c | route4_* | cls_route | NET_CLS_ROUTE4 |
net/sched/cls_rsvp.h | rsvp_* | cls_rsvp cls_rsvp6 | NET_CLS_RSVP NET_CLS_RSVP6 |
net/sched/cls_tcindex.c | tcindex_* | cls_tcindex | NET_CLS_TCINDEX |
net/sched/cls_u32.c | u32_classify u32_change u32_init | cls_u32 | NET_CLS_U32 |
net/sched/ematch.c | tcf_em_* | | NET_EMATCH |
net/sched/sch_atm.c | atm_tc_* sch_atm_* | sch_atm | NET_SCH_ATM |
net/sched/sch_cake.c | cake_* | sch_cake | NET_SCH_CAKE |
net/sched/sch_cbq.c | cbq_* | sch_cbq | NET_SCH_CBQ |
net/sched/sch_choke.c | choke_* | sch_choke | NET_SCH_CHOKE |
net/sched/sch_codel.c | codel_qdisc_* codel_init codel_change | sch_codel | NET_SCH_CODEL |
net/sched/sch_drr.c | drr_* | sch_drr | NET_SCH_DRR |
net/sched/sch_dsmark.c | dsmark_* | sch_dsmark | NET_SCH_DSMARK |
net/sched/sch_etf.c | etf_* | sch_etf | NET_SCH_ETF |
net/sched/sch_ets.c | ets_* | sch_ets | NET_SCH_ETS |
net/sched/sch_fq.c | fq_enqueue fq_init fq_change fq_dequeue | sch_fq | NET_SCH_FQ |
net/sched/sch_fq_codel.c | fq_codel_* | sch_fq_codel | NET_SCH_FQ_CODEL |
net/sched/sch_fq_pie.c | fq_pie_* | sch_fq_pie | NET_SCH_FQ_PIE |
net/sched/sch_gred.c | gred_* | sch_gred | NET_SCH_GRED |
net/sched/sch_hfsc.c | hfsc_* | sch_hfsc | NET_SCH_HFSC |
net/sched/sch_hhf.c | hhf_* | sch_hhf | NET_SCH_HHF |
net/sched/sch_htb.c | htb_* | sch_htb | NET_SCH_HTB |
net/sched/sch_mqprio.c | mqprio_* | sch_mqprio | NET_SCH_MQPRIO |
net/sched/sch_netem.c | netem_* tfifo_* | sch_netem | NET_SCH_NETEM |
net/sched/sch_pie.c | pie_* | sch_pie | NET_SCH_PIE |
net/sched/sch_plug.c | plug_* | sch_plug | NET_SCH_PLUG |
net/sched/sch_prio.c | prio_enqueue prio_init prio_tune prio_dequeue | sch_prio | NET_SCH_PRIO |
net/sched/sch_qfq.c | qfq_* | sch_qfq | NET_SCH_QFQ |
net/sched/sch_red.c | red_* | sch_red | NET_SCH_RED |
net/sched/sch_sfb.c | sfb_* | sch_sfb | NET_SCH_SFB |
net/sched/sch_sfq.c | sfq_* | sch_sfq | NET_SCH_SFQ |
net/sched/sch_skbprio.c | skbprio_* | sch_skbprio | NET_SCH_SKBPRIO |
net/sched/sch_taprio.c | taprio_* | sch_taprio | NET_SCH_TAPRIO |
net/sched/sch_tbf.c | tbf_* | sch_tbf | NET_SCH_TBF |
net/sched/sch_teql.c | teql_* | sch_teql | NET_SCH_TEQL |
net/sctp | sctp_rcv sctp_init_sock sctp_sendmsg sctp_assoc* sctp_association_* sctp_endpoint_* sctp_transport_* sctp_sf_* sctp_make_* sctp_do_sm | sctp | IP_SCTP |
net/smc | smc_* | smc | SMC |
net/strparser | strp_* | | STREAM_PARSER |
net/sunrpc | rpc_* svc_* xdr_* rpcb_* xprt_* | sunrpc | SUNRPC |
net/sunrpc/auth_gss | gss_* svcauth_gss_* rsi_* krb5_* | auth_rpcgss rpcsec_gss_krb5 | SUNRPC_GSS | net/sunrpc
net/sunrpc/xprtrdma | rpcrdma_* xprt_rdma_* svc_rdma_* | xprtrdma svcrdma rpcrdma | SUNRPC_XPRT_RDMA | net/sunrpc
net/switchdev | switchdev_* | | NET_SWITCHDEV |
net/tipc | tipc_* | tipc | TIPC |
net/tls | tls_sw_* tls_init tls_dev* tls_set_* tls_register tls_strp_* | tls | TLS |
net/vmw_vsock | vsock_* __vsock_* vmci_transport_* virtio_transport_* | vsock | VSOCKETS |
net/wanrouter | wanrouter_* register_wan_device | wanrouter | WAN_ROUTER |
net/wimax | wimax_* | wimax | WIMAX |
net/wireless | cfg80211_* wiphy_* nl80211_* | cfg80211 | CFG80211 |
net/wireless/wext-core.c | wext_* wireless_send_event ioctl_standard_call | | WIRELESS_EXT |
net/x25 | x25_* | x25 | X25 |
net/xdp | xsk_* xp_* xdp_umem_* | | XDP_SOCKETS |
net/xfrm | xfrm_policy_* xfrm_state_* xfrm_lookup* __xfrm_* xfrm_init* | xfrm_user | XFRM |
net/xfrm/xfrm_user.c | xfrm_user_* xfrm_add_sa* xfrm_get_ae xfrm_send_* xfrm_netlink_rcv | xfrm_user | XFRM_USER |
net/xfrm/xfrm_interface.c | xfrmi_* | xfrm_interface | XFRM_INTERFACE |
net/xfrm/xfrm_interface_core.c | xfrmi_* | xfrm_interface | XFRM_INTERFACE |
net/xfrm/xfrm_ipcomp.c | ipcomp_* | xfrm_ipcomp | XFRM_IPCOMP |
net/xfrm/espintcp.c | espintcp_* | | XFRM_ESPINTCP |
net/ipv4/ah4.c | ah_input ah_output ah_init_state ah4_* | ah4 | INET_AH |
net/ipv4/arp.c | arp_rcv arp_process arp_init | | INET |
net/ipv4/bpf_tcp_ca.c | bpf_tcp_ca_* | | BPF_JIT | kernel/bpf
net/ipv4/cipso_ipv4.c | cipso_* | | NETLABEL |
net/ipv4/esp4.c | esp_input* esp_output* esp_init_state esp4_* | esp4 | INET_ESP |
net/ipv4/fou.c | fou_* gue_* | fou | NET_FOU |
net/ipv4/gre_demux.c | gre_rcv gre_add_protocol gre_demux_* | gre | NET_IPGRE_DEMUX |
net/ipv4/inet_diag.c | inet_diag_* inet_csk_diag_* | inet_diag | INET_DIAG |
net/ipv4/inet_lro.c | lro_* | inet_lro | INET_LRO |
net/ipv4/ip_gre.c | ipgre_* erspan_* | ip_gre | NET_IPGRE |
net/ipv4/ip_tunnel.c | ip_tunnel_xmit ip_tunnel_rcv ip_tunnel_init* | ip_tunnel | NET_IP_TUNNEL |
net/ipv4/ip_vti.c | vti_* | ip_vti | NET_IPVTI |
net/ipv4/ipcomp.c | ipcomp4_* ipcomp_* | ipcomp | INET_IPCOMP |
net/ipv4/ipip.c | ipip_* | ipip | NET_IPIP |
net/ipv4/ipmr.c | ipmr_* ip_mroute_* vif_* | | IP_MROUTE |
net/ipv4/ping.c | ping_* | | |
net/ipv4/raw_diag.c | raw_diag_* | raw_diag | INET_RAW_DIAG |
net/ipv4/syncookies.c | cookie_v4_* __cookie_v4_* syncookie_* | | SYN_COOKIES |
net/ipv4/tcp_bbr.c | bbr_* | tcp_bbr | TCP_CONG_BBR |
net/ipv4/tcp_bpf.c | tcp_bpf_* | | NET_SOCK_MSG BPF_STREAM_PARSER |
net/ipv4/tcp_cdg.c | tcp_cdg_* | tcp_cdg | TCP_CONG_CDG |
net/ipv4/tcp_dctcp.c | dctcp_* | tcp_dctcp | TCP_CONG_DCTCP |
net/ipv4/tcp_fastopen.c | tcp_fastopen_* tcp_try_fastopen tcp_send_syn_data | | |
net/ipv4/tcp_htcp.c | htcp_* | tcp_htcp | TCP_CONG_HTCP |
net/ipv4/tcp_illinois.c | tcp_illinois_* | tcp_illinois | TCP_CONG_ILLINOIS |
net/ipv4/tcp_probe.c | tcpprobe_* jtcp_* | tcp_probe | NET_TCPPROBE |
net/ipv4/tcp_vegas.c | tcp_vegas_* | tcp_vegas | TCP_CONG_VEGAS |
net/ipv4/tcp_westwood.c | tcp_westwood_* | tcp_westwood | TCP_CONG_WESTWOOD |
net/ipv4/udp_diag.c | udp_diag_* | udp_diag | INET_UDP_DIAG |
net/ipv4/netfilter/arp_tables.c | arpt_* arp_tables_* | arp_tables | IP_NF_ARPTABLES |
net/ipv4/netfilter/arpt_mangle.c | arpt_mangle* | arpt_mangle | IP_NF_ARP_MANGLE | net/ipv4/netfilter/arp_tables.c
net/ipv4/netfilter/ip_queue.c | ipq_* __ipq_* | ip_queue | IP_NF_QUEUE |
net/ipv4/netfilter/ip_tables.c | ipt_do_table ipt_register_table ip_tables_* | ip_tables | IP_NF_IPTABLES |
net/ipv4/netfilter/ipt_CLUSTERIP.c | clusterip_* | ipt_CLUSTERIP | IP_NF_TARGET_CLUSTERIP |
net/ipv4/netfilter/ipt_ECN.c | ecn_tg* set_ect_* | ipt_ECN | IP_NF_TARGET_ECN |
net/ipv4/netfilter/ipt_rpfilter.c | rpfilter_* | ipt_rpfilter | IP_NF_MATCH_RPFILTER |
net/ipv4/netfilter/ipt_ULOG.c | ipt_ulog_* ulog_* | ipt_ULOG | IP_NF_TARGET_ULOG |
net/ipv4/netfilter/nf_nat_pptp.c | pptp_nat_* nf_nat_helper_pptp* pptp_outbound_pkt pptp_inbound_pkt | nf_nat_pptp ip_nat_pptp | NF_NAT_PPTP |
net/ipv4/netfilter/nf_nat_h323.c | nat_q931 nat_rtp_rtcp nat_h245 nat_t120 | nf_nat_h323 ip_nat_h323 | NF_NAT_H323 |
net/ipv4/netfilter/nf_nat_snmp_basic.c | snmp_parse_* mangle_address asn1_oid_decode snmp_translate | nf_nat_snmp_basic | NF_NAT_SNMP_BASIC |
net/ipv4/netfilter/nf_nat_snmp_basic_main.c | snmp_parse_* mangle_address asn1_oid_decode snmp_version snmp_helper | nf_nat_snmp_basic | NF_NAT_SNMP_BASIC |
net/ipv6 | inet6_create ipv6_rcv ip6_output | ipv6 | IPV6 |
net/ipv6/ah6.c | ah6_* | ah6 | INET6_AH |
net/ipv6/calipso.c | calipso_* | | NETLABEL | net/ipv6
net/ipv6/esp6.c | esp6_* | esp6 | INET6_ESP |
net/ipv6/ila | ila_* | ila | IPV6_ILA | net/ipv6
net/ipv6/ip6_gre.c | ip6gre_* ip6erspan_* | ip6_gre | IPV6_GRE | net/ipv6
net/ipv6/ip6_tunnel.c | ip6_tnl_* ip6ip6_* ip4ip6_* | ip6_tunnel | IPV6_TUNNEL | net/ipv6
net/ipv6/ip6_vti.c | vti6_* | ip6_vti | IPV6_VTI | net/ipv6
net/ipv6/ip6mr.c | ip6mr_* ip6_mroute_* mif6_* | | IPV6_MROUTE | net/ipv6
net/ipv6/ipcomp6.c | ipcomp6_* | ipcomp6 | INET6_IPCOMP | net/ipv6
net/ipv6/mip6.c | mip6_* | mip6 | IPV6_MIP6 | net/ipv6
net/ipv6/rpl.c | ipv6_rpl_* rpl_* | | IPV6_RPL_LWTUNNEL | net/ipv6
net/ipv6/seg6.c | seg6_* | | IPV6_SEG6_LWTUNNEL | net/ipv6
net/ipv6/seg6_local.c | seg6_* | | IPV6_SEG6_LWTUNNEL | net/ipv6
net/ipv6/sit.c | sit_* ipip6_* | sit | IPV6_SIT | net/ipv6
net/ipv6/netfilter/ip6_tables.c | ip6t_do_table ip6t_register_table ip6_tables_* | ip6_tables | IP6_NF_IPTABLES | net/ipv6
net/ipv6/netfilter/nf_conntrack_reasm.c | nf_ct_frag6_* | nf_conntrack_ipv6 nf_defrag_ipv6 | NF_CONNTRACK_IPV6 NF_DEFRAG_IPV6 | net/ipv6
net/ipv6/netfilter/nf_defrag_ipv6_hooks.c | nf_ct_frag6_* ipv6_defrag nf_defrag_ipv6_* | nf_conntrack_ipv6 nf_defrag_ipv6 | NF_DEFRAG_IPV6 NF_CONNTRACK_IPV6 | net/ipv6
net/netfilter | nf_register_hook* nf_hook_slow nf_iterate | | NETFILTER |
net/netfilter/ipset | ip_set_* ip_set | ip_set | IP_SET |
net/netfilter/ipvs | ip_vs_* | ip_vs | IP_VS |
net/netfilter/nf_conntrack_core.c | nf_conntrack_in nf_conntrack_init* ip_conntrack_in ip_conntrack_init* | nf_conntrack ip_conntrack | NF_CONNTRACK |
net/netfilter/nf_conntrack_ftp.c | nf_conntrack_ftp_* try_rfc959 | nf_conntrack_ftp ip_conntrack_ftp | NF_CONNTRACK_FTP |
net/netfilter/nf_conntrack_h323_main.c | nf_conntrack_h323_* h245_help q931_help ras_help | nf_conntrack_h323 ip_conntrack_h323 | NF_CONNTRACK_H323 |
net/netfilter/nf_conntrack_irc.c | nf_conntrack_irc_* parse_dcc | nf_conntrack_irc ip_conntrack_irc | NF_CONNTRACK_IRC |
net/netfilter/nf_conntrack_netlink.c | ctnetlink_* | nf_conntrack_netlink | NF_CT_NETLINK |
net/netfilter/nf_conntrack_pptp.c | pptp_expectfn pptp_*_rejected_* conntrack_pptp_help exp_gre | nf_conntrack_pptp ip_conntrack_pptp | NF_CONNTRACK_PPTP |
net/netfilter/nf_conntrack_proto_dccp.c | dccp_new dccp_packet dccp_error dccp_print_* dccp_pkt_to_tuple dccp_net_* dccp_timeout_* nf_conntrack_dccp_packet | nf_conntrack_proto_dccp | NF_CT_PROTO_DCCP |
net/netfilter/nf_conntrack_proto_gre.c | gre_new gre_packet gre_keymap_* nf_ct_gre_keymap_* | nf_conntrack_proto_gre ip_conntrack_proto_gre | NF_CT_PROTO_GRE |
net/netfilter/nf_conntrack_proto_sctp.c | sctp_new sctp_packet sctp_error sctp_print_* sctp_pkt_to_tuple nf_conntrack_sctp_packet sctp_new_state | nf_conntrack_proto_sctp ip_conntrack_proto_sctp | NF_CT_PROTO_SCTP |
net/netfilter/nf_conntrack_sip.c | ct_sip_* process_sip_* sip_help_* | nf_conntrack_sip ip_conntrack_sip | NF_CONNTRACK_SIP |
net/netfilter/nf_nat_irc.c | nf_nat_irc* ip_nat_irc* | nf_nat_irc ip_nat_irc | NF_NAT_IRC |
net/netfilter/nf_nat_redirect.c | nf_nat_redirect_* redirect_tg* ipt_redirect* | nf_nat_redirect xt_REDIRECT ipt_REDIRECT | NF_NAT_REDIRECT IP_NF_TARGET_REDIRECT |
net/netfilter/nf_tables_api.c | nft_* nf_tables_* | nf_tables | NF_TABLES |
net/netfilter/nf_tables_core.c | nft_* nf_tables_* | nf_tables | NF_TABLES |
net/netfilter/nf_tables_offload.c | nft_* nf_tables_* | nf_tables | NF_TABLES |
net/netfilter/nft_ | nft_* nf_tables_* | nf_tables | NF_TABLES |
net/netfilter/nf_flow_table_core.c | flow_offload_* nf_flow_* | nf_flow_table | NF_FLOW_TABLE |
net/netfilter/nf_dup_netdev.c | nf_dup_netdev_* nf_fwd_netdev_* | nf_dup_netdev | NF_DUP_NETDEV |
net/netfilter/nfnetlink.c | nfnetlink_rcv* nfnetlink_send nfnetlink_subsys_register | nfnetlink | NETFILTER_NETLINK |
net/netfilter/nfnetlink_cthelper.c | nfnl_cthelper_* | nfnetlink_cthelper | NF_CT_NETLINK_HELPER NETFILTER_NETLINK_CTHELPER |
net/netfilter/nfnetlink_cttimeout.c | cttimeout_* ctnl_timeout_* | nfnetlink_cttimeout | NF_CT_NETLINK_TIMEOUT |
net/netfilter/nfnetlink_log.c | nfulnl_* | nfnetlink_log | NETFILTER_NETLINK_LOG |
net/netfilter/nfnetlink_osf.c | nf_osf_* nfnl_osf_* | nfnetlink_osf | NETFILTER_NETLINK_OSF |
net/netfilter/nfnetlink_queue.c | nfqnl_* | nfnetlink_queue | NETFILTER_NETLINK_QUEUE |
net/netfilter/x_tables.c | xt_register_* xt_check_match xt_find_* ipt_register_* ipt_do_table | x_tables ip_tables | NETFILTER_XTABLES |
net/netfilter/xt_CT.c | xt_ct_* | xt_CT | NETFILTER_XT_TARGET_CT |
net/netfilter/xt_IDLETIMER.c | idletimer_* | xt_IDLETIMER | NETFILTER_XT_TARGET_IDLETIMER |
net/netfilter/xt_TCPMSS.c | tcpmss_* xt_tcpmss* ipt_tcpmss* | xt_TCPMSS ipt_TCPMSS | NETFILTER_XT_TARGET_TCPMSS |
net/netfilter/xt_bpf.c | bpf_mt* | xt_bpf | NETFILTER_XT_MATCH_BPF |
net/netfilter/xt_hashlimit.c | hashlimit_* htable_* dsthash_* | xt_hashlimit | NETFILTER_XT_MATCH_HASHLIMIT |
net/netfilter/xt_osf.c | xt_osf_* nf_osf_* osf_* | xt_osf ipt_osf | NETFILTER_XT_MATCH_OSF |
net/netfilter/xt_quota.c | quota_mt* | xt_quota | NETFILTER_XT_MATCH_QUOTA |
net/netfilter/xt_recent.c | recent_mt* recent_entry_* recent_table_* ip_recent_* | xt_recent ipt_recent | NETFILTER_XT_MATCH_RECENT |
net/netfilter/xt_string.c | string_mt* | xt_string ipt_string | NETFILTER_XT_MATCH_STRING |
net/netfilter/xt_u32.c | u32_mt* u32_match_it | xt_u32 | NETFILTER_XT_MATCH_U32 |
net/netfilter/xt_rateest.c | xt_rateest_* | xt_rateest xt_RATEEST | NETFILTER_XT_MATCH_RATEEST NETFILTER_XT_TARGET_RATEEST |
net/packet | packet_create packet_rcv packet_sendmsg packet_do_bind | af_packet | PACKET |
net/packet/af_packet.c:fanout | fanout_* __fanout_* packet_rcv_fanout | | |
net/packet/af_packet.c:ring | packet_set_ring tpacket_* packet_mmap | | PACKET_MMAP |
net/unix | unix_create unix_stream_* unix_dgram_* | unix | UNIX |
net/core/net_namespace.c:ids | get_net_ns_by_id peernet2id* __peernet2id* | | |
net/ipv4/datagram.c:release_cb | ip4_datagram_release_cb | | |
net/ipv4/tcp.c:opt_stats | tcp_get_timestamping_opt_stats | | |
net/l2tp/l2tp_ip.c | l2tp_ip_* | l2tp_ip | L2TP_IP | net/l2tp
net/l2tp/l2tp_ip6.c | l2tp_ip6_* | l2tp_ip6 | L2TP_IP | net/l2tp
net/netlink/af_netlink.c:capable | netlink_ns_capable __netlink_ns_capable netlink_net_capable | | |
net/netlink/af_netlink.c:tap | netlink_add_tap netlink_remove_tap __netlink_deliver_tap* | | |
net/socket.c:sockfs_setattr | sockfs_setattr | | |
"""
