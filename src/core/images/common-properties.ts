import type { KnownProperty } from '../../shared/image-protocol.ts'

/**
 * Properties that Nova and Cinder read from images in every cloud, from the reference "Useful image properties" of the Image service. They are
 * proposed where a cloud does not define them itself; nothing is refused because of them.
 */
const table: readonly (readonly [key: string, description: string, choices?: readonly string[], type?: KnownProperty['type']])[] = [
  ['architecture', 'Processor architecture that the image runs on', ['aarch64', 'armv7l', 'i686', 'ppc64le', 'riscv64', 's390x', 'x86_64']],
  ['hw_boot_menu', 'Shows the firmware’s boot menu at the start', ['true', 'false'], 'boolean'],
  ['hw_cdrom_bus', 'Bus of the CD drive', ['scsi', 'virtio', 'ide', 'usb', 'sata']],
  ['hw_cpu_cores', 'Preferred number of cores', [], 'integer'],
  ['hw_cpu_policy', 'Whether virtual processors are pinned', ['shared', 'dedicated', 'mixed']],
  ['hw_cpu_sockets', 'Preferred number of sockets', [], 'integer'],
  ['hw_cpu_threads', 'Preferred number of threads', [], 'integer'],
  ['hw_disk_bus', 'Bus of the disks', ['scsi', 'virtio', 'uml', 'xen', 'ide', 'usb', 'lxc', 'fdc', 'sata']],
  ['hw_firmware_type', 'Firmware that boots the image', ['bios', 'uefi']],
  ['hw_input_bus', 'Bus of keyboard and pointer', ['usb', 'virtio']],
  ['hw_machine_type', 'Machine type of the hypervisor, such as q35 or pc-i440fx'],
  ['hw_mem_page_size', 'Size of memory pages: small, large, any, or a size'],
  ['hw_qemu_guest_agent', 'Whether the QEMU guest agent runs inside', ['yes', 'no']],
  ['hw_rng_model', 'Random number device', ['virtio']],
  [
    'hw_scsi_model',
    'Model of the SCSI controller',
    ['auto', 'buslogic', 'ibmvscsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'virtio-scsi', 'vmpvscsi'],
  ],
  ['hw_serial_port_count', 'Number of serial ports', [], 'integer'],
  ['hw_time_hpet', 'High precision event timer', ['true', 'false'], 'boolean'],
  ['hw_tpm_model', 'Model of the TPM', ['tpm-tis', 'tpm-crb']],
  ['hw_tpm_version', 'Version of the TPM', ['1.2', '2.0']],
  ['hw_video_model', 'Model of the display device', ['vga', 'cirrus', 'vmvga', 'xen', 'qxl', 'virtio', 'gop', 'bochs', 'none']],
  ['hw_video_ram', 'Memory of the display device, in MB', [], 'integer'],
  ['hw_vif_model', 'Model of the network cards', ['e1000', 'e1000e', 'ne2k_pci', 'netfront', 'pcnet', 'rtl8139', 'virtio', 'vmxnet3']],
  ['hw_vif_multiqueue_enabled', 'Several queues for each network card', ['true', 'false'], 'boolean'],
  ['hw_watchdog_action', 'What happens when the system inside hangs', ['disabled', 'reset', 'poweroff', 'pause', 'none']],
  ['hypervisor_type', 'Hypervisor that the image is for', ['hyperv', 'ironic', 'lxc', 'qemu', 'kvm', 'uml', 'vmware', 'xen']],
  ['img_config_drive', 'Whether a config drive is needed', ['mandatory', 'optional']],
  ['os_admin_user', 'Name of the administrator inside'],
  ['os_distro', 'Distribution inside, in lower case: debian, ubuntu, windows'],
  ['os_require_quiesce', 'Snapshots only with frozen file systems', ['yes', 'no']],
  ['os_secure_boot', 'Secure boot', ['required', 'disabled', 'optional']],
  ['os_shutdown_timeout', 'Seconds that the system inside gets to shut down', [], 'integer'],
  ['os_type', 'Kind of system inside', ['linux', 'windows']],
  ['os_version', 'Version of the system inside, as its maker writes it'],
  ['vm_mode', 'Mode of virtualisation', ['hvm', 'xen', 'uml', 'exe']],
]

export const commonProperties: readonly KnownProperty[] = table.map(([key, description, choices = [], type = 'text']) => ({
  key,
  title: null,
  description,
  type,
  choices: type === 'boolean' ? [] : [...choices],
  minimum: type === 'integer' ? 0 : null,
  maximum: null,
}))
