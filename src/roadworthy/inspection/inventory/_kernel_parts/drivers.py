"""Parts of the kernel: drivers and sound. Columns as in the package's docstring."""
# ruff: noqa: E501 -- one part, one line

from typing import Final

TABLE: Final = """
drivers/accel | accel_open accel_core_* accel_minor_* accel_set_* | | DRM_ACCEL |
drivers/accessibility | braille_* speakup_* spk_* | speakup | SPEAKUP ACCESSIBILITY |
drivers/acpi | acpi_* | | ACPI |
drivers/android | binder_* binderfs_* | | ANDROID_BINDER_IPC |
drivers/ata | ata_host_* ata_port_* ata_scsi_* ata_qc_* | libata | ATA |
drivers/atm | atm_dev_register atm_* | | ATM_DRIVERS | net/atm
drivers/base/firmware_loader | request_firmware* | | FW_LOADER |
drivers/base/firmware_class.c | request_firmware* | firmware_class | FW_LOADER |
drivers/base/regmap | regmap_* | | REGMAP |
drivers/bcma | bcma_* | bcma | BCMA |
drivers/block/DAC960.c | DAC960_* | DAC960 | BLK_DEV_DAC960 | drivers/pci
drivers/block/aoe | aoe* | aoe | ATA_OVER_ETH |
drivers/block/cciss.c | cciss_* | cciss | BLK_CPQ_CISS_DA | drivers/pci
drivers/block/cpqarray.c | ida_ioctl ida_open ida_getgeo do_ida_* cpqarray_* | cpqarray | BLK_CPQ_DA | drivers/pci
drivers/block/drbd | drbd_* | drbd | BLK_DEV_DRBD |
drivers/block/floppy.c | floppy_* fd_ioctl raw_cmd_* setup_rw_floppy fdc_* | floppy | BLK_DEV_FD |
drivers/block/loop.c | loop_thread loop_set_fd loop_* lo_ioctl lo_open | loop | BLK_DEV_LOOP |
drivers/block/nbd.c | nbd_* | nbd | BLK_DEV_NBD |
drivers/block/null_blk | null_add_dev null_handle_cmd null_queue_rq null_queue_bio null_blk_* | null_blk | BLK_DEV_NULL_BLK |
drivers/block/pktcdvd.c | pkt_* | pktcdvd | CDROM_PKTCDVD |
drivers/block/rbd.c | rbd_* | rbd | BLK_DEV_RBD |
drivers/block/rnbd | rnbd_* | rnbd-client | BLK_DEV_RNBD |
drivers/block/ublk_drv.c | ublk_* | ublk_drv | BLK_DEV_UBLK |
drivers/block/virtio_blk.c | virtblk_* | virtio_blk | VIRTIO_BLK | drivers/virtio
drivers/block/xen-blkback | xen_blkbk_* xen_blkif_* blkif_* | xen-blkback | XEN_BLKDEV_BACKEND | drivers/xen
drivers/block/xen-blkfront.c | blkfront_* blkif_* | xen-blkfront | XEN_BLKDEV_FRONTEND | drivers/xen
drivers/block/zram | zram_* | zram | ZRAM |
drivers/bluetooth | | | BT | net/bluetooth
drivers/bus/mhi | mhi_* | mhi | MHI_BUS |
drivers/cdrom | register_cdrom cdrom_* | cdrom | CDROM |
drivers/char/agp | agp_* | agpgart | AGP |
drivers/char/amiserial.c | rs_open rs_ioctl amiga_serial_* | amiserial | AMIGA_BUILTIN_SERIAL |
drivers/char/applicom.c | ac_read ac_write ac_ioctl applicom_init | applicom | APPLICOM |
drivers/char/hpet.c | hpet_* | | HPET |
drivers/char/hw_random | hwrng_* rng_dev_* | rng-core | HW_RANDOM |
drivers/char/ipmi | ipmi_* | ipmi_msghandler | IPMI_HANDLER |
drivers/char/lp.c | lp_* | lp | PRINTER |
drivers/char/nozomi.c | nozomi_* ntty_* | nozomi | NOZOMI | drivers/pci
drivers/char/pcmcia | cm4000_* cm4040_* mgslpc_* scr24x_* | cm4000_cs cm4040_cs synclink_cs scr24x_cs | PCMCIA | drivers/pcmcia
drivers/char/ppdev.c | pp_ioctl pp_open pp_read ppdev_* | ppdev | PPDEV |
drivers/char/raw.c | raw_ctl_ioctl bind_set bind_get raw_ctl_compat_ioctl raw_devnode | raw | RAW_DRIVER |
drivers/char/rio | rio_* RIO* | rio | RIO |
drivers/char/tpm | tpm_* | tpm | TCG_TPM |
drivers/char/virtio_console.c | virtcons_* init_vqs put_chars virtio_cons_* | virtio_console | VIRTIO_CONSOLE | drivers/virtio
drivers/char/xillybus | xillybus_* xilly_* | xillybus_core | XILLYBUS |
drivers/clk | clk_register* clk_hw_* of_clk_* | | COMMON_CLK |
drivers/clk/hisilicon | hi3660_* hisi_clk_* hi6220_* | | COMMON_CLK_HI3660 COMMON_CLK_HI6220 |
drivers/connector | cn_add_callback cn_netlink_send* cn_proc_* cn_queue_* | cn | CONNECTOR |
drivers/counter | counter_register counter_* | counter | COUNTER |
drivers/cpufreq | cpufreq_* | | CPU_FREQ |
drivers/crypto/caam | caam_* | caam | CRYPTO_DEV_FSL_CAAM |
drivers/crypto/ccp | ccp_* sev_* psp_* | ccp | CRYPTO_DEV_CCP |
drivers/crypto/qat | adf_* qat_* | intel_qat | CRYPTO_DEV_QAT | drivers/pci
drivers/crypto/virtio | virtio_crypto_* | virtio_crypto | CRYPTO_DEV_VIRTIO | drivers/virtio
drivers/cxl | cxl_* devm_cxl_* | cxl_core | CXL_BUS |
drivers/dma | dma_async_device_register dma_find_channel | | DMADEVICES |
drivers/dma-buf | dma_buf_* dma_fence_* | | DMA_SHARED_BUFFER |
drivers/edac | edac_* | edac_core | EDAC |
drivers/firewire | fw_core_* fw_card_* fw_device_* fw_send_* | firewire-core | FIREWIRE |
drivers/firewire/net.c | fwnet_* | firewire-net | FIREWIRE_NET | drivers/firewire
drivers/firewire/nosy.c | nosy_* | nosy | FIREWIRE_NOSY | drivers/pci
drivers/firmware/arm_scmi | scmi_* | scmi-core | ARM_SCMI_PROTOCOL |
drivers/firmware/efi | efi_* | | EFI |
drivers/firmware/iscsi_ibft.c | ibft_* | iscsi_ibft | ISCSI_IBFT |
drivers/firmware/qcom_scm.c | qcom_scm_* scm_call* | | QCOM_SCM |
drivers/fpga | fpga_* | fpga-mgr | FPGA |
drivers/gpio | gpio_request gpiochip_* gpiod_* | | GPIOLIB |
drivers/gpio/gpio-rcar.c | gpio_rcar_* | gpio-rcar | GPIO_RCAR |
drivers/gpu/drm | drm_* | drm | DRM |
drivers/gpu/host1x | host1x_* | host1x | TEGRA_HOST1X |
drivers/gpu/vga | vga_* vgasr_* | vgaarb | VGA_ARB |
drivers/greybus | gb_* greybus_* | greybus | GREYBUS |
drivers/hid | hid_add_device hid_allocate_device hid_register_driver __hid_register_driver hid_* | hid | HID |
drivers/hid/usbhid | usbhid_* hiddev_* | usbhid | USB_HID | drivers/usb
drivers/hid/intel-ish-hid | ishtp_* | intel-ishtp | INTEL_ISH_HID |
drivers/hsi | hsi_* ssip_* | hsi | HSI |
drivers/hv | vmbus_* hv_* | hv_vmbus | HYPERV |
drivers/hwmon | hwmon_device_register* | hwmon | HWMON |
drivers/hwtracing | coresight_* etm_* stm_* intel_th_* hisi_ptt_* | | CORESIGHT STM INTEL_TH |
drivers/i2c | i2c_add_adapter i2c_transfer i2c_register_driver i2c_* | i2c-core | I2C |
drivers/i3c | i3c_* | i3c | I3C |
drivers/ide | ide_* | ide-core | IDE |
drivers/iio | iio_device_register iio_* __iio_* devm_iio_* | industrialio | IIO |
drivers/infiniband | ib_register_device ib_* rdma_* | ib_core | INFINIBAND |
drivers/input | input_register_device input_register_handler input_event | input-core | INPUT |
drivers/input/joydev.c | joydev_* | joydev | INPUT_JOYDEV | drivers/input
drivers/input/evdev.c | evdev_* | evdev | INPUT_EVDEV | drivers/input
drivers/input/misc/uinput.c | uinput_* | uinput | INPUT_UINPUT | drivers/input
drivers/input/serio | serio_* | serio | SERIO |
drivers/iommu | iommu_* | | IOMMU_API IOMMU_SUPPORT |
drivers/iommu/amd | amd_iommu_* | | AMD_IOMMU |
drivers/iommu/intel | intel_iommu_* dmar_* domain_* | | INTEL_IOMMU DMAR |
drivers/iommu/intel-iommu.c | intel_iommu_* dmar_* | | INTEL_IOMMU DMAR |
drivers/isdn | isdn_* capi_* mISDN_* register_isdn ppp_isdn_* hisax_* gigaset_* | isdn mISDN_core capi kernelcapi | ISDN MISDN ISDN_I4L ISDN_CAPI |
drivers/isdn/mISDN | mISDN_* mISDNInit data_sock_* base_sock_* | mISDN_core | MISDN |
drivers/leds | led_classdev_register* led_trigger_* led_* | led-class | LEDS_CLASS NEW_LEDS |
drivers/md | md_* dm_* mddev_* | md-mod dm-mod | MD BLK_DEV_DM BLK_DEV_MD |
drivers/md/bcache | bch_* bcache_* | bcache | BCACHE |
drivers/md/dm | dm_* | dm-mod | BLK_DEV_DM |
drivers/md/dm.c | dm_* | dm-mod | BLK_DEV_DM |
drivers/md/md.c | md_* mddev_* | md-mod | BLK_DEV_MD |
drivers/media | video_register_device __video_register_device dvb_register_* media_device_* v4l2_* rc_register_device ir_input_* cec_* snd_tea575x_* | videodev dvb-core media rc-core cec | MEDIA_SUPPORT VIDEO_DEV DVB_CORE RC_CORE MEDIA_CEC_SUPPORT |
drivers/media/rc | rc_register_device ir_raw_* ir_register_* ir_input_* lirc_* __ir_input_register | rc-core ir-core lirc_dev | RC_CORE IR_CORE |
drivers/media/usb | | | MEDIA_USB_SUPPORT | drivers/usb
drivers/memstick | memstick_* | memstick | MEMSTICK |
drivers/message/fusion | mpt_* mptbase_* mptctl_* | mptbase | FUSION | drivers/pci
drivers/misc/fastrpc.c | fastrpc_* | fastrpc | QCOM_FASTRPC |
drivers/misc/genwqe | genwqe_* | genwqe_card | GENWQE | drivers/pci
drivers/misc/habanalabs | hl_* goya_* gaudi_* | habanalabs | HABANA_AI | drivers/pci
drivers/misc/mei | mei_* | mei | INTEL_MEI | drivers/pci
drivers/misc/mic | mic_* vop_* scif_* cosm_* | vop mic_host mic_card scif | INTEL_MIC_BUS VOP |
drivers/misc/sgi-gru | gru_* | gru | SGI_GRU |
drivers/misc/uacce | uacce_* | uacce | UACCE |
drivers/misc/vmw_vmci | vmci_* | vmw_vmci | VMWARE_VMCI |
drivers/misc/vmw_balloon.c | vmballoon_* | vmw_balloon | VMWARE_BALLOON |
drivers/mmc | mmc_* | mmc_core | MMC |
drivers/most | most_* | most_core | MOST |
drivers/mtd | mtd_* add_mtd_device register_mtd_* | mtd | MTD |
drivers/mtd/devices/phram.c | phram_* | phram | MTD_PHRAM |
drivers/mtd/nand | nand_* onenand_* | nand | MTD_NAND MTD_RAW_NAND |
drivers/mtd/spi-nor | spi_nor_* cqspi_* | spi-nor | MTD_SPI_NOR |
drivers/mtd/spi-nor/cadence-quadspi.c | cqspi_* | cadence-quadspi | SPI_CADENCE_QUADSPI |
drivers/mtd/ubi | ubi_* | ubi | MTD_UBI |
drivers/net/appletalk | ipddp_* ltpc_* cops_* atalk_* | ipddp ltpc cops | DEV_APPLETALK | net/appletalk
drivers/net/bareudp.c | bareudp_* | bareudp | BAREUDP |
drivers/net/bonding | bond_* | bonding | BONDING |
drivers/net/caif | caif_* cfhsi_* cfspi_* ldisc_* | caif_serial caif_virtio | CAIF_DRIVERS | net/caif
drivers/net/can | can_* alloc_candev register_candev | can-dev | CAN_DEV | net/can
drivers/net/cxgb3 | cxgb3_* cxgb_* t3_* | cxgb3 | CHELSIO_T3 | drivers/pci
drivers/net/cxgb4 | cxgb4_* t4_* | cxgb4 | CHELSIO_T4 | drivers/pci
drivers/net/dsa | dsa_* | | NET_DSA | net/dsa
drivers/net/dummy.c | dummy_setup dummy_xmit dummy_init_* | dummy | DUMMY |
drivers/net/e1000 | e1000_* | e1000 | E1000 | drivers/pci
drivers/net/eql.c | eql_* | eql | EQUALIZER |
drivers/net/ethernet/amazon | ena_* | ena | ENA_ETHERNET | drivers/pci
drivers/net/ethernet/aquantia | aq_* | atlantic | AQTION | drivers/pci
drivers/net/ethernet/arc | arc_emac_* emac_rockchip_* | arc_emac emac_arc emac_rockchip | ARC_EMAC ARC_EMAC_CORE |
drivers/net/ethernet/atheros/alx | alx_* | alx | ALX | drivers/pci
drivers/net/ethernet/atheros/atl1c | atl1c_* | atl1c | ATL1C | drivers/pci
drivers/net/ethernet/atheros/atl1e | atl1e_* | atl1e | ATL1E | drivers/pci
drivers/net/ethernet/atheros/atlx | atl1_* atl2_* atlx_* | atl1 atl2 | ATL1 ATL2 | drivers/pci
drivers/net/ethernet/broadcom/bnx2 | bnx2_* | bnx2 | BNX2 | drivers/pci
drivers/net/ethernet/broadcom/bnx2x | bnx2x_* | bnx2x | BNX2X | drivers/pci
drivers/net/ethernet/broadcom/bnxt | bnxt_* | bnxt_en | BNXT | drivers/pci
drivers/net/ethernet/broadcom/genet | bcmgenet_* | genet | BCMGENET |
drivers/net/ethernet/broadcom/tg3.c | tg3_* | tg3 | TIGON3 | drivers/pci
drivers/net/ethernet/cadence | macb_* | macb | MACB |
drivers/net/ethernet/chelsio | cxgb_* cxgb3_* cxgb4_* t3_* t4_* | cxgb cxgb3 cxgb4 cxgb4vf | CHELSIO_T1 CHELSIO_T3 CHELSIO_T4 | drivers/pci
drivers/net/ethernet/cisco | enic_* vnic_* | enic | ENIC | drivers/pci
drivers/net/ethernet/dlink/dl2k.c | rio_* dl2k_* | dl2k | DL2K | drivers/pci
drivers/net/ethernet/dlink/sundance.c | sundance_* | sundance | SUNDANCE | drivers/pci
drivers/net/ethernet/emulex | be_* | be2net | BE2NET | drivers/pci
drivers/net/ethernet/freescale/dpaa | dpaa_* fman_* | fsl_dpa | FSL_DPAA_ETH |
drivers/net/ethernet/freescale/dpaa2 | dpaa2_* dpni_* | fsl-dpaa2-eth | FSL_DPAA2_ETH |
drivers/net/ethernet/freescale/enetc | enetc_* | fsl-enetc | FSL_ENETC | drivers/pci
drivers/net/ethernet/freescale/fec_main.c | fec_* | fec | FEC |
drivers/net/ethernet/freescale/gianfar | gfar_* | gianfar gianfar_driver | GIANFAR |
drivers/net/ethernet/freescale/ucc_geth.c | ucc_geth_* ugeth_* | ucc_geth ucc_geth_driver | UCC_GETH |
drivers/net/ethernet/google | gve_* | gve | GVE | drivers/pci
drivers/net/ethernet/hisilicon | hns_* hns3_* hip04_* hix5hd2_* hclge_* hisi_femac_* | hns_enet_drv hnae hns_dsaf hns3 hip04_eth | HNS HNS_ENET HNS3 HIP04_ETH |
drivers/net/ethernet/huawei | hinic_* | hinic | HINIC | drivers/pci
drivers/net/ethernet/intel | e100_* e1000_* e1000e_* igb_* igc_* ixgb_* ixgbe_* ixgbevf_* i40e_* iavf_* i40evf_* ice_* fm10k_* igbvf_* idpf_* | e100 e1000 e1000e igb igc ixgb ixgbe ixgbevf i40e iavf i40evf ice fm10k igbvf idpf | E100 E1000 E1000E IGB IGC IXGB IXGBE I40E ICE FM10K | drivers/pci
drivers/net/ethernet/marvell/octeontx2 | otx2_* rvu_* cgx_* | rvu_af rvu_nicpf | OCTEONTX2_AF | drivers/pci
drivers/net/ethernet/marvell/mvneta | mvneta_* | mvneta | MVNETA |
drivers/net/ethernet/marvell/mvpp2 | mvpp2_* | mvpp2 | MVPP2 |
drivers/net/ethernet/marvell/sky2.c | sky2_* | sky2 | SKY2 | drivers/pci
drivers/net/ethernet/mellanox | mlx4_* mlx5_* mlxsw_* mlx5e_* mlxbf_* | mlx4_core mlx4_en mlx5_core mlxsw_core | MLX4_CORE MLX5_CORE MLXSW_CORE |
drivers/net/ethernet/microsoft | mana_* | mana | MICROSOFT_MANA | drivers/pci
drivers/net/ethernet/mscc | ocelot_* | mscc_ocelot | MSCC_OCELOT_SWITCH |
drivers/net/ethernet/netronome | nfp_* | nfp | NFP | drivers/pci
drivers/net/ethernet/pensando | ionic_* | ionic | IONIC | drivers/pci
drivers/net/ethernet/qlogic | qlcnic_* qede_* qed_* netxen_* ql3xxx_* qlge_* ql_* | qlcnic qede qed netxen_nic qla3xxx qlge | QLCNIC QED QLGE NETXEN_NIC QLA3XXX | drivers/pci
drivers/net/ethernet/renesas | ravb_* sh_eth_* | ravb sh_eth | RAVB SH_ETH |
drivers/net/ethernet/sfc | efx_* ef4_* | sfc sfc-falcon | SFC | drivers/pci
drivers/net/ethernet/stmicro | stmmac_* | stmmac | STMMAC_ETH |
drivers/net/ethernet/xilinx | temac_* axienet_* xemaclite_* | ll_temac xilinx_emac xilinx_emaclite | XILINX_LL_TEMAC XILINX_AXI_EMAC XILINX_EMACLITE |
drivers/net/fddi | skfp_* smt_* dfx_* defxx_* | skfp defxx | FDDI |
drivers/net/geneve.c | geneve_* | geneve | GENEVE |
drivers/net/gtp.c | gtp_* | gtp | GTP |
drivers/net/hamradio | sixpack_* sp_* mkiss_* ax_* bpq_* yam_* scc_* hdlcdrv_* baycom_* | 6pack mkiss bpqether yam scc hdlcdrv | HAMRADIO AX25 | net/ax25
drivers/net/hippi | rr_* rrunner_* | rrunner | ROADRUNNER | drivers/pci
drivers/net/hyperv | netvsc_* rndis_filter_* | hv_netvsc | HYPERV_NET | drivers/hv
drivers/net/ieee802154 | at86rf230_* mrf24j40_* cc2520_* ca8210_* atusb_* hwsim_* fakelb_* adf7242_* | at86rf230 mrf24j40 cc2520 ca8210 atusb mac802154_hwsim fakelb | IEEE802154_DRIVERS | net/ieee802154
drivers/net/ifb.c | ifb_* | ifb | IFB |
drivers/net/ipa | ipa_* gsi_* | ipa | QCOM_IPA |
drivers/net/ipvlan | ipvlan_* ipvtap_* | ipvlan ipvtap | IPVLAN |
drivers/net/irda | irda_* sir_* sirdev_* | | IRDA | net/irda
drivers/net/macsec.c | macsec_* | macsec | MACSEC |
drivers/net/macvlan.c | macvlan_* | macvlan | MACVLAN |
drivers/net/macvtap.c | macvtap_* tap_* | macvtap tap | MACVTAP |
drivers/net/tap.c | tap_* macvtap_* | tap macvtap | TAP MACVTAP |
drivers/net/mlx4 | mlx4_* | mlx4_core mlx4_en | MLX4_CORE | drivers/pci
drivers/net/netconsole.c | netconsole_* write_msg | netconsole | NETCONSOLE |
drivers/net/netdevsim | nsim_* | netdevsim | NETDEVSIM |
drivers/net/niu.c | niu_* | niu | NIU |
drivers/net/phy | phy_attach phy_connect phy_start_aneg mdiobus_* genphy_* | libphy | PHYLIB |
drivers/net/phy/mdio-bcm-unimac.c | unimac_mdio_* | mdio-bcm-unimac | MDIO_BCM_UNIMAC |
drivers/net/ppp | ppp_register_channel ppp_ioctl ppp_input | ppp_generic | PPP |
drivers/net/ppp/bsd_comp.c | bsd_compress bsd_alloc bsd_init bsd_decompress | bsd_comp | PPP_BSDCOMP |
drivers/net/ppp/ppp_async.c | ppp_async_* ppp_asynctty_* | ppp_async | PPP_ASYNC |
drivers/net/ppp/ppp_mppe.c | mppe_* | ppp_mppe | PPP_MPPE |
drivers/net/ppp/ppp_synctty.c | ppp_sync_* | ppp_synctty | PPP_SYNC_TTY |
drivers/net/ppp/pppoe.c | pppoe_* | pppoe | PPPOE |
drivers/net/ppp/pptp.c | pptp_* | pptp | PPTP |
drivers/net/pptp.c | pptp_* | pptp | PPTP |
drivers/net/r8169.c | rtl8169_* | r8169 | R8169 | drivers/pci
drivers/net/slip | sl_ioctl sl_xmit sl_alloc* slip_* | slip | SLIP |
drivers/net/slip/slhc.c | slhc_* | slhc | SLHC |
drivers/net/slip/slip.c | sl_* slip_* | slip | SLIP |
drivers/net/team | team_* | team | NET_TEAM |
drivers/net/thunderbolt | tbnet_* | thunderbolt-net | USB4_NET |
drivers/net/tulip | tulip_* de_* dmfe_* uli526x_* xircom_* | tulip de2104x dmfe uli526x | NET_TULIP | drivers/pci
drivers/net/tun.c | tun_* | tun | TUN |
drivers/net/usb | | | USB_USBNET USB_NET_DRIVERS | drivers/usb
drivers/net/veth.c | veth_* | veth | VETH |
drivers/net/virtio_net.c | virtnet_* | virtio_net | VIRTIO_NET | drivers/virtio
drivers/net/vmxnet3 | vmxnet3_* | vmxnet3 | VMXNET3 | drivers/pci
drivers/net/vrf.c | vrf_* | vrf | NET_VRF |
drivers/net/vxlan | vxlan_* | vxlan | VXLAN |
drivers/net/wan/c101.c | c101_* sca_* | c101 | C101 |
drivers/net/wan/cosa.c | cosa_* | cosa | COSA |
drivers/net/wan/dlci.c | dlci_add dlci_del dlci_ioctl dlci_receive dlci_transmit | dlci | DLCI |
drivers/net/wan/farsync.c | fst_* | farsync | FARSYNC | drivers/pci
drivers/net/wan/hdlc | hdlc_* register_hdlc_* unregister_hdlc_* | hdlc | HDLC |
drivers/net/wan/lmc | lmc_* | lmc | LANMEDIA | drivers/pci
drivers/net/wan/sbni.c | sbni_* | sbni | SBNI |
drivers/net/wan/sdla.c | sdla_* | sdla | SDLA |
drivers/net/wan/wanxl.c | wanxl_* | wanxl | WANXL | drivers/pci
drivers/net/wan/x25_asy.c | x25_asy_* | x25_asy | X25_ASY |
drivers/net/wan/z85230.c | z8530_* | z85230 | Z85230 |
drivers/net/wimax | i2400m_* | i2400m | WIMAX_I2400M | net/wimax
drivers/net/wireguard | wg_* | wireguard | WIREGUARD |
drivers/net/wireless | cfg80211_* wiphy_* wext_* wireless_send_event ieee80211_* | | WLAN |
drivers/net/wireless/airo.c | airo_* mpi_* | airo airo_cs | AIRO |
drivers/net/wireless/ath | ath_* ath5k_* ath6kl_* ath9k_* ath10k_* ath11k_* ath12k_* carl9170_* wil6210_* wil_* ar5523_* ar9170_* | ath ath5k ath6kl_core ath9k ath9k_common ath9k_htc ath10k_core ath11k carl9170 wil6210 ar5523 wcn36xx | ATH_COMMON ATH_CARDS WLAN_VENDOR_ATH | net/wireless
drivers/net/wireless/ath9k | ath9k_* ath_tx_* | ath9k ath9k_common ath9k_htc | ATH9K | net/wireless
drivers/net/wireless/atmel | atmel_* at76_* | atmel at76c50x-usb | ATMEL |
drivers/net/wireless/b43 | b43_* | b43 | B43 | net/mac80211
drivers/net/wireless/b43legacy | b43legacy_* | b43legacy | B43LEGACY | net/mac80211
drivers/net/wireless/brcm80211 | brcmf_* brcms_* wlc_* brcmu_* | brcmfmac brcmsmac brcmutil | BRCMFMAC BRCMSMAC | net/wireless
drivers/net/wireless/cisco | airo_* mpi_* | airo airo_cs | AIRO |
drivers/net/wireless/ipw2x00 | ipw_* ipw2100_* libipw_* | ipw2100 ipw2200 libipw | IPW2100 IPW2200 | drivers/pci
drivers/net/wireless/iwlegacy | il_* il3945_* il4965_* | iwlegacy iwl3945 iwl4965 | IWLEGACY | net/mac80211
drivers/net/wireless/iwlwifi | iwl_* iwlagn_* iwl3945_* iwl4965_* | iwlwifi iwlagn iwl3945 iwlcore iwlmvm iwldvm | IWLWIFI IWLAGN | net/mac80211
drivers/net/wireless/libertas | lbs_* if_usb_* if_sdio_* | libertas usb8xxx libertas_sdio | LIBERTAS |
drivers/net/wireless/mac80211_hwsim.c | mac80211_hwsim_* hwsim_* | mac80211_hwsim | MAC80211_HWSIM | net/mac80211
drivers/net/wireless/mediatek | mt76_* mt7601u_* mt7603_* mt7615_* mt7915_* mt7921_* | mt76 mt7601u mt7603e | MT76_CORE MT7601U | net/mac80211
drivers/net/wireless/mwifiex | mwifiex_* | mwifiex | MWIFIEX | net/wireless
drivers/net/wireless/mwl8k.c | mwl8k_* | mwl8k | MWL8K | net/mac80211
drivers/net/wireless/orinoco | orinoco_* hermes_* | orinoco hermes | HERMES ORINOCO |
drivers/net/wireless/hermes | orinoco_* hermes_* | orinoco hermes | HERMES |
drivers/net/wireless/p54 | p54_* | p54common | P54_COMMON | net/mac80211
drivers/net/wireless/prism54 | prism54_* islpci_* mgt_* | prism54 | PRISM54 | drivers/pci
drivers/net/wireless/quantenna | qtnf_* | qtnfmac | QTNFMAC | net/wireless
drivers/net/wireless/ralink | rt2x00_* rt2x00lib_* rt2500_* rt2800_* rt61pci_* rt73usb_* | rt2x00lib | RT2X00 | net/mac80211
drivers/net/wireless/rt2x00 | rt2x00_* rt2x00lib_* rt2500_* rt2800_* rt61pci_* rt73usb_* | rt2x00lib | RT2X00 | net/mac80211
drivers/net/wireless/ray_cs.c | ray_* | ray_cs | PCMCIA_RAYCS |
drivers/net/wireless/realtek | rtl_* rtl8xxxu_* rtw_* rtw89_* rtl8180_* rtl8187_* | rtlwifi rtl8xxxu rtw88_core rtl8187 rtl818x_pci | RTLWIFI RTL8XXXU RTW88 RTL8180 RTL8187 | net/mac80211
drivers/net/wireless/rtlwifi | rtl_* rtl92c_* rtl8192* | rtlwifi | RTLWIFI | net/mac80211
drivers/net/wireless/rndis_wlan.c | rndis_wlan_* | rndis_wlan | USB_NET_RNDIS_WLAN | drivers/usb
drivers/net/wireless/rsi | rsi_* | rsi_91x | RSI_91X | net/mac80211
drivers/net/wireless/silabs | wfx_* | wfx | WFX | net/mac80211
drivers/net/wireless/st | cw1200_* | cw1200_core | CW1200 | net/mac80211
drivers/net/wireless/ti | wl12xx_* wlcore_* wl1251_* wl18xx_* | wlcore wl1251 wl12xx wl18xx | WLCORE WL1251 | net/mac80211
drivers/net/wireless/wl3501_cs.c | wl3501_* | wl3501_cs | PCMCIA_WL3501 |
drivers/net/wireless/zd1211rw | zd_* | zd1211rw | ZD1211RW | drivers/usb
drivers/net/wireless/zd1201.c | zd1201_* | zd1201 | USB_ZD1201 | drivers/usb
drivers/net/wwan | wwan_* t7xx_* iosm_* | wwan | WWAN |
drivers/net/xen-netback | xenvif_* netbk_* xen_netbk_* | xen-netback | XEN_NETDEV_BACKEND | drivers/xen
drivers/net/xen-netfront.c | xennet_* netfront_* | xen-netfront | XEN_NETDEV_FRONTEND | drivers/xen
drivers/nfc | | | NFC | net/nfc
drivers/ntb | ntb_* | ntb | NTB |
drivers/nvdimm | nvdimm_* nd_* | libnvdimm | LIBNVDIMM |
drivers/nvme | nvme_* nvmet_* | nvme nvme-core nvmet | NVME_CORE BLK_DEV_NVME NVME_TARGET |
drivers/nvme/target | nvmet_* | nvmet | NVME_TARGET |
drivers/oprofile | oprofile_* | oprofile | OPROFILE |
drivers/parport | parport_* | parport | PARPORT |
drivers/pci | pci_scan_* __pci_register_driver pci_enable_device* pci_bus_read_config_* pci_register_driver | | PCI |
drivers/pci/hotplug | pci_hp_* pciehp_* acpiphp_* rpaphp_* dlpar_* | pci_hotplug | HOTPLUG_PCI | drivers/pci
drivers/pcmcia | pcmcia_* | pcmcia pcmcia_core | PCMCIA PCCARD |
drivers/phy | phy_create devm_phy_* phy_power_on | | GENERIC_PHY |
drivers/phy/mscc | serdes_* ocelot_serdes_* | phy-ocelot-serdes | PHY_OCELOT_SERDES |
drivers/pinctrl | pinctrl_* pinmux_* | | PINCTRL |
drivers/pinctrl/pinctrl-amd.c | amd_gpio_* | pinctrl-amd | PINCTRL_AMD |
drivers/pnp | pnp_* | | PNP |
drivers/power/supply | power_supply_* | power_supply | POWER_SUPPLY |
drivers/pps | pps_* | pps_core | PPS |
drivers/ptp | ptp_clock_* | ptp | PTP_1588_CLOCK |
drivers/rapidio | rio_register_* rio_* | rapidio | RAPIDIO |
drivers/regulator | regulator_* | | REGULATOR |
drivers/remoteproc | rproc_* | remoteproc | REMOTEPROC |
drivers/rpmsg | rpmsg_* register_rpmsg_* | rpmsg_core | RPMSG |
drivers/rtc | rtc_device_register rtc_class_open rtc_read_time* devm_rtc_* | rtc-core | RTC_CLASS |
drivers/scsi | scsi_add_host* scsi_host_alloc scsi_scan_* scsi_dispatch_cmd* | scsi_mod | SCSI |
drivers/scsi/sg.c | sg_ioctl sg_open sg_read sg_common_write sg_add* | sg | CHR_DEV_SG | drivers/scsi
drivers/scsi/scsi_transport_iscsi.c | iscsi_* | scsi_transport_iscsi | SCSI_ISCSI_ATTRS | drivers/scsi
drivers/siox | siox_* | siox-core | SIOX |
drivers/slimbus | slim_* | slimbus | SLIMBUS |
drivers/soundwire | sdw_* | soundwire-bus | SOUNDWIRE |
drivers/spi | spi_register_driver spi_register_master spi_add_device spi_sync* spi_register_controller __spi_register_driver | | SPI |
drivers/ssb | ssb_* | ssb | SSB |
drivers/staging/android | binder_* ashmem_* ion_* lowmem_shrink lowmem_scan lowmem_init ram_console_* logger_* | ion ashmem binder | ANDROID ION ASHMEM |
drivers/staging/android/ion | ion_* | ion | ION |
drivers/staging/bcm | bcm_char_* bcm_* Bcm* | bcm_wimax | BCM_WIMAX |
drivers/staging/comedi | comedi_* do_cmd_ioctl do_insn* | comedi | COMEDI |
drivers/comedi | comedi_* | comedi | COMEDI |
drivers/staging/dgnc | dgnc_* | dgnc | DGNC | drivers/pci
drivers/staging/greybus | gb_* | | GREYBUS |
drivers/staging/ft1000 | ft1000_* | ft1000 | FT1000 |
drivers/staging/gdm72xx | gdm_* | gdmwm | WIMAX_GDM72XX |
drivers/staging/fsl-mc | fsl_mc_* | mc-bus-driver | FSL_MC_BUS |
drivers/staging/irda | irda_* irlap_* irlmp_* irttp_* iriap_* hashbin_* | irda | IRDA |
drivers/staging/ks7010 | ks_wlan_* hostif_* ks7010_* | ks7010 | KS7010 |
drivers/staging/line6 | line6_* | line6usb | LINE6_USB | drivers/usb
drivers/staging/lustre | ll_file_* ll_inode_* ptlrpc_* lnet_* osc_* | lustre lnet | LUSTRE_FS LNET |
drivers/staging/media | | | STAGING_MEDIA | drivers/media
drivers/staging/ncpfs | ncp_* | ncpfs | NCP_FS |
drivers/staging/ozwpan | oz_* | ozwpan | USB_WPAN_HCD | drivers/usb
drivers/staging/rtl8188eu | rtw_* rtl8188e_* | r8188eu 8188eu | R8188EU |
drivers/staging/rtl8192e | rtl8192_* rtllib_* | r8192e_pci rtllib | RTL8192E RTLLIB |
drivers/staging/rtl8192u | rtl8192_* ieee80211_* | r8192u_usb | RTL8192U | drivers/usb
drivers/staging/rtl8712 | r8712_* r871x* | r8712u | R8712U | drivers/usb
drivers/staging/rtl8723bs | rtw_* rtl8723b* | r8723bs | RTL8723BS |
drivers/staging/sb105x | mp_* sb1054_* multi_* | sb_pci_mp | SB105X | drivers/pci
drivers/staging/speakup | speakup_* spk_* | speakup | SPEAKUP |
drivers/staging/usbip | usbip_* stub_* vhci_* | usbip usbip-core vhci-hcd usbip-host | USBIP_CORE | drivers/usb
drivers/staging/vt6655 | vnt_* vt6655_* device_rx_srv | vt6655_stage | VT6655 | drivers/pci
drivers/staging/vt6656 | vnt_* vt6656_* | vt6656_stage | VT6656 | drivers/usb
drivers/staging/wlags49_h2 | wl_adapter_* hcf_* wvlan_* | wlags49_h2_cs | WLAGS49_H2 |
drivers/staging/wilc1000 | wilc_* | wilc1000 | WILC1000 |
drivers/staging/winbond | wb35_* wbsoft_* | w35und | W35UND | drivers/usb
drivers/staging/wlan-ng | prism2* p80211* wlan_setup wlan_unsetup hfa384x_* | prism2_usb | PRISM2_USB | drivers/usb
drivers/target | transport_generic_* transport_init_se_* transport_init_session transport_lookup_* target_submit_* target_core_* core_tpg_* | target_core_mod | TARGET_CORE |
drivers/tee | tee_* optee_* | tee | TEE |
drivers/thermal | thermal_* | thermal_sys | THERMAL |
drivers/thunderbolt | tb_* | thunderbolt | THUNDERBOLT USB4 |
drivers/tty/hvc | hvc_* | | HVC_DRIVER |
drivers/tty/ipwireless | ipwireless_* | ipwireless | IPWIRELESS | drivers/pcmcia
drivers/tty/moxa.c | moxa_* | moxa | MOXA_INTELLIO |
drivers/tty/mxser.c | mxser_* | mxser | MOXA_SMARTIO |
drivers/tty/n_gsm.c | gsm_* gsmld_* | n_gsm | N_GSM |
drivers/tty/n_hdlc.c | n_hdlc_* | n_hdlc | N_HDLC |
drivers/tty/n_r3964.c | r3964_* | n_r3964 | R3964 |
drivers/tty/nozomi.c | nozomi_* ntty_* | nozomi | NOZOMI | drivers/pci
drivers/tty/pty.c | pty_* ptmx_* | | UNIX98_PTYS LEGACY_PTYS |
drivers/tty/rocket.c | rp_* rocket_* | rocket | ROCKETPORT |
drivers/tty/serial/amba-pl011.c | pl011_* | amba-pl011 | SERIAL_AMBA_PL011 |
drivers/tty/serial/atmel_serial.c | atmel_* | atmel_serial | SERIAL_ATMEL |
drivers/tty/serial/fsl_lpuart.c | lpuart_* | fsl_lpuart | SERIAL_FSL_LPUART |
drivers/tty/serial/imx.c | imx_uart_* imx_* | imx | SERIAL_IMX |
drivers/tty/serial/sc16is7xx.c | sc16is7xx_* | sc16is7xx | SERIAL_SC16IS7XX |
drivers/tty/synclink | mgsl_* slgt_* | synclink synclink_gt | SYNCLINK |
drivers/tty/tty_ldsem.c | ldsem_* __ldsem_* | | |
drivers/tty/tty_audit.c | tty_audit_* | | AUDIT |
drivers/tty/vt | vt_ioctl con_* vc_* do_con_write* | | VT |
drivers/ufs | ufshcd_* | ufshcd-core | SCSI_UFSHCD | drivers/scsi
drivers/uio | uio_* | uio | UIO |
drivers/usb | usb_register_driver usb_submit_urb usb_alloc_urb usb_hub_* usb_add_hcd usb_create_hcd | usbcore | USB |
drivers/usb/cdns3 | cdns3_* cdnsp_* cdns_* | cdns3 | USB_CDNS3 |
drivers/usb/chipidea | ci_hdrc_* ci_* | ci_hdrc | USB_CHIPIDEA |
drivers/usb/common | usb_otg_state_string usb_ep_type_string usb_speed_string ulpi_* | usb-common | USB_COMMON |
drivers/usb/dwc2 | dwc2_* | dwc2 | USB_DWC2 |
drivers/usb/dwc3 | dwc3_* | dwc3 | USB_DWC3 |
drivers/usb/early | early_dbgp_* xdbc_* dbgp_* | | EARLY_PRINTK_DBGP |
drivers/usb/fotg210 | fotg210_* | fotg210 | USB_FOTG210 |
drivers/usb/gadget | usb_gadget_* composite_* usb_composite_* gadget_* usb_ep_* rndis_register gserial_* gether_* ffs_* fsg_* | libcomposite udc-core g_ether g_serial g_mass_storage gadgetfs g_zero | USB_GADGET |
drivers/usb/isp1760 | isp1760_* isp1362* | isp1760 | USB_ISP1760 |
drivers/usb/mtu3 | mtu3_* ssusb_* | mtu3 | USB_MTU3 |
drivers/usb/musb | musb_* | musb_hdrc | USB_MUSB_HDRC |
drivers/usb/otg | otg_* usb_nop_xceiv_* nop_usb_xceiv_* | | USB_OTG |
drivers/usb/phy | usb_phy_* usb_add_phy* usb_get_phy* otg_* | | USB_PHY |
drivers/usb/renesas_usbhs | usbhs_* | renesas_usbhs | USB_RENESAS_USBHS |
drivers/usb/roles | usb_role_* | roles | USB_ROLE_SWITCH |
drivers/usb/typec | typec_* tcpm_* ucsi_* | typec | TYPEC |
drivers/usb/usbip | usbip_* stub_* vhci_* vudc_* | usbip-core usbip-host vhci-hcd usbip-vudc | USBIP_CORE |
drivers/uwb | uwb_* | uwb | UWB |
drivers/vdpa | vdpa_* mlx5_vdpa_* | vdpa | VDPA |
drivers/vfio | vfio_* | vfio | VFIO |
drivers/vhost | vhost_* | vhost vhost_net | VHOST VHOST_NET |
drivers/video | register_framebuffer fb_alloc_cmap fb_set_var fb_open fb_ioctl do_fb_ioctl framebuffer_alloc | fb | FB |
drivers/video/backlight | backlight_* lcd_device_* | backlight lcd | BACKLIGHT_CLASS_DEVICE |
drivers/video/console | vgacon_* fbcon_* dummycon_* sticon_* | fbcon | FRAMEBUFFER_CONSOLE VGA_CONSOLE |
drivers/virt/vboxguest | vbg_* | vboxguest | VBOXGUEST |
drivers/virtio | register_virtio_* virtio_* vring_* virtqueue_* | virtio virtio_ring | VIRTIO |
drivers/vme | vme_* | vme | VME_BUS |
drivers/w1 | w1_* | wire | W1 |
drivers/xen | xen_* xenbus_* | | XEN |
sound | snd_* register_sound_* soundcore_open | snd soundcore | SND SOUND SOUND_PRIME |
sound/core | snd_* | snd | SND |
sound/core/compress_offload.c | snd_compr_* | snd-compress | SND_COMPRESS_OFFLOAD | sound/core
sound/core/seq | snd_seq_* | snd-seq | SND_SEQUENCER | sound/core
sound/core/timer.c | snd_timer_* | snd-timer | SND_TIMER | sound/core
sound/core/hrtimer.c | snd_hrtimer_* | snd-hrtimer | SND_HRTIMER | sound/core
sound/core/oss | snd_pcm_oss_* snd_mixer_oss_* | snd-pcm-oss snd-mixer-oss | SND_PCM_OSS SND_MIXER_OSS | sound/core
sound/drivers | | | SND_DRIVERS | sound/core
sound/firewire | snd_* | snd-firewire-lib | SND_FIREWIRE | drivers/firewire
sound/hda | snd_hda_* snd_hdac_* azx_* | snd-hda-core snd-hda-intel | SND_HDA_CORE SND_HDA_INTEL | sound/core
sound/isa | | | SND_ISA | sound/core
sound/pci | | | SND_PCI | sound/core drivers/pci
sound/pci/hda | snd_hda_* azx_* | snd-hda-codec snd-hda-intel | SND_HDA_INTEL | sound/core
sound/soc | snd_soc_* | snd-soc-core | SND_SOC | sound/core
sound/usb | | | SND_USB | sound/core drivers/usb
drivers/base/platform.c:driver_override | driver_override_show driver_override_store | | |
drivers/input/gameport | gameport_* | gameport | GAMEPORT |
drivers/net/ethernet/realtek/r8169 | rtl8169_* rtl_* | r8169 | R8169 | drivers/pci
drivers/perf | | | PERF_EVENTS | kernel/events
drivers/platform/chrome/cros_ec | cros_ec_* ec_device_* | cros_ec_dev cros_ec | CROS_EC |
"""
