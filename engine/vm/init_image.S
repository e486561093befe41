/* The guest's init inside the daemon's binary (root.cpp). */
        .section .rodata
        .balign 16
        .global glassdock_guest_init_begin
        .global glassdock_guest_init_end
glassdock_guest_init_begin:
        .incbin INIT_FILE
glassdock_guest_init_end:
        .section .note.GNU-stack,"",%progbits
